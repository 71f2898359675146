"""Runs the collectors: what a denial needs, or a whole account, beside each other and within the time given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from troubleshooter.evidence.access import Access
from troubleshooter.evidence.api import ApiCall
from troubleshooter.evidence.collectors import (
    account as account_collector,
)
from troubleshooter.evidence.collectors import (
    authorization_details,
    decoded_message,
    iam_policies,
    identity,
    identity_center,
    organization,
    s3,
    sessions,
    simulator,
    stated_policy,
    vpc_endpoints,
)
from troubleshooter.evidence.collectors.registry import BY_SERVICE, COLLECTORS
from troubleshooter.evidence.collectors.service import ServiceCollector
from troubleshooter.evidence.context import Collecting, Work
from troubleshooter.evidence.focus import Focus, focus_of, with_answer
from troubleshooter.evidence.pool import Pool
from troubleshooter.evidence.questions import question_for
from troubleshooter.evidence.reader import Reader
from troubleshooter.evidence.store import EvidenceStore
from troubleshooter.model.arn import Arn, is_account_id, parse_arn, s3_bucket_arn, s3_bucket_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import AwsAnswer, Evidence, Gap, OrganizationEvidence
from troubleshooter.model.vocabulary import PolicyType

_HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


class Collection:
    """One run of the collectors over any number of denials or accounts; ``evidence`` ends it."""

    def __init__(self, access: Access) -> None:
        """Start with nothing read."""
        self.access = access
        self.store = EvidenceStore()
        self.pool = Pool(access.options.workers)
        self.work = Work(access=access, store=self.store, pool=self.pool)
        self._focuses: list[Focus] = []

    def add(self, denial: Denial) -> None:
        """Queue everything that one denial needs."""
        focus = focus_of(denial)
        place = len(self._focuses)
        self._focuses.append(focus)
        if denial.authorization_id:
            self._ask_aws(place, authorization_details.KIND, denial.authorization_id)
        if denial.encoded_message:
            self._ask_aws(place, decoded_message.KIND, denial.encoded_message)
        self._read(focus)

    def add_account(self, account: str, regions: Sequence[str]) -> None:
        """Queue a whole account: all identities, and every resource policy that the collectors find."""
        collecting = self.collecting(account, None, PolicyType.IDENTITY, f"account {account}", account_collector.CALLS)
        if collecting is None:
            return
        scope = f"account {account}"
        collecting.once("whole account", PolicyType.IDENTITY, scope, account_collector.collect)
        collecting.once("account block", PolicyType.S3_PUBLIC_ACCESS_BLOCK, scope, s3.collect_account_block)
        for number, region in enumerate(regions):
            here = collecting.at(region)
            here.once("endpoints", PolicyType.VPC_ENDPOINT, f"{scope} in {region}", vpc_endpoints.collect_all)
            for collector in COLLECTORS:
                if collector.find is not None and (number == 0 or not collector.everywhere):
                    here.once(
                        f"find {collector.service}", PolicyType.RESOURCE, f"{scope} in {region}", _find, collector
                    )

    def evidence(self) -> Evidence:
        """Wait for all work, at most as long as the options say, and return what was read."""
        self._read_organization()
        if self.pool.wait(self.access.deadline):
            # AWS's own answers may have named further accounts.
            self._read_organization()
            for focus in self._focuses:
                self._second_round(focus)
            if self.pool.wait(self.access.deadline):
                self._simulate_all()
                self.pool.wait(self.access.deadline)
        for gap in self.pool.close():
            self.store.gap(gap)
        self.store.close()
        return self.store.evidence(collected_at=_now(), source="live")

    def collecting(
        self, account: str, region: str | None, policy_type: PolicyType, scope: str, calls: Sequence[ApiCall]
    ) -> Collecting | None:
        """Return a reader of that account, or None with a gap where no credentials read it."""
        if not self.access.can_read(account):
            actions = ", ".join(sorted({action for call in calls for action in call.actions}))
            gap = Gap(
                policy_type=policy_type.value,
                scope=scope,
                reason=f"{scope} is in account {account}; these credentials read account {self.access.own_account}",
                remedy=f"--assume-role arn:{self.access.partition}:iam::{account}:role/<a role that allows {actions}>",
            )
            self.store.gap(gap)
            return None
        reader = Reader(self.access, self.store, account, region or self.access.region)
        return Collecting(reader, self.work, self.read_resource, iam_policies.collect_policy)

    def read_resource(self, text: str, account: str | None = None, region: str | None = None) -> None:
        """Queue one resource's policy, tags and key; a service without a collector has nothing to read."""
        arn = parse_arn(text)
        collector = BY_SERVICE.get(arn.service) if arn else None
        if arn is None or collector is None:
            return
        owner = arn.account if is_account_id(arn.account) else self._owner(arn, account)
        if owner is None:
            return
        holder = s3_bucket_arn(text) or text
        collecting = self.collecting(owner, arn.region or region, PolicyType.RESOURCE, holder, collector.calls)
        if collecting is not None:
            collecting.once(f"resource {holder}", PolicyType.RESOURCE, holder, collector.collect, arn)

    def _owner(self, arn: Arn, hint: str | None) -> str | None:
        """Return whose account a resource without one in its ARN (a bucket) is read in.

        Where several accounts can be read and nothing says whose it is, the first whose credentials get
        an answer as the owner.
        """
        candidates = [name for name in (hint, self.access.own_account, *self.access.roles) if name]
        usable = [name for name in dict.fromkeys(candidates) if self.access.can_read(name)]
        if hint and hint not in usable:
            return hint
        bucket = s3_bucket_of(str(arn))
        if hint or len(usable) <= 1 or not bucket:
            return usable[0] if usable else None
        for name in usable:
            reader = Reader(self.access, self.store, name, self.access.region, quiet=True)
            if reader.read(s3.POLICY, str(arn), Bucket=bucket, ExpectedBucketOwner=name).known:
                return name
        return usable[0]

    def _ask_aws(self, place: int, kind: str, what: str) -> None:
        focus = self._focuses[place]
        account = focus.principal_account or self.access.own_account or ""
        calls = authorization_details.CALLS if kind == authorization_details.KIND else decoded_message.CALLS
        collecting = self.collecting(account, focus.region, PolicyType.NONE, f"the {kind.replace('_', ' ')}", calls)
        if collecting is None:
            return
        ask = authorization_details.collect if kind == authorization_details.KIND else decoded_message.collect

        def then(found: Collecting, text: str) -> None:
            answer = ask(found, text)
            if answer is not None:
                self._learn(place, answer)

        collecting.once(f"{kind} {what}", PolicyType.NONE, kind.replace("_", " "), then, what)

    def _learn(self, place: int, answer: AwsAnswer) -> None:
        """Queue what AWS's own answer adds to what the denial said."""
        self._focuses[place] = with_answer(self._focuses[place], answer)
        self._read(self._focuses[place])

    def _read(self, focus: Focus) -> None:
        self._read_identity(focus)
        self._read_session(focus)
        for resource in focus.resources:
            self.read_resource(resource, focus.resource_account or focus.principal_account, focus.region)
        self._read_endpoint(focus)

    def _read_identity(self, focus: Focus) -> None:
        arn, account = focus.identity_arn, focus.principal_account
        if arn is None or account is None:
            return
        collecting = self.collecting(account, None, PolicyType.IDENTITY, arn, identity.CALLS)
        if collecting is not None:
            collect = identity.collect_user if ":user/" in arn else identity.collect_role
            collecting.once(f"identity {arn}", PolicyType.IDENTITY, arn, collect, arn)

    def _read_session(self, focus: Focus) -> None:
        if focus.session_arn is None or focus.principal_account is None:
            return
        collecting = self.collecting(
            focus.principal_account, None, PolicyType.SESSION, focus.session_arn, sessions.CALLS
        )
        if collecting is None:
            return
        home = _HOMES.get(focus.partition, self.access.region)
        regions = tuple(dict.fromkeys((focus.region or self.access.region, home)))
        arguments = (focus.session_arn, focus.access_key, focus.event_time, regions)
        collecting.once(
            f"session {focus.session_arn} {focus.access_key}",
            PolicyType.SESSION,
            focus.session_arn,
            sessions.collect,
            *arguments,
        )

    def _read_endpoint(self, focus: Focus) -> None:
        account = focus.vpc_endpoint_account or focus.principal_account or self.access.own_account
        if not account or not (focus.vpc_endpoint_id or focus.stated_policy_type is PolicyType.VPC_ENDPOINT):
            return
        scope = focus.vpc_endpoint_id or f"account {account}"
        collecting = self.collecting(account, focus.region, PolicyType.VPC_ENDPOINT, scope, vpc_endpoints.CALLS)
        if collecting is None:
            return
        if focus.vpc_endpoint_id:
            collecting.once(scope, PolicyType.VPC_ENDPOINT, scope, vpc_endpoints.collect_one, focus.vpc_endpoint_id)
        else:
            collecting.once("endpoints", PolicyType.VPC_ENDPOINT, scope, vpc_endpoints.collect_all)

    def _read_organization(self) -> None:
        """Queue the levels above all accounts together: one organization comes out of it."""
        named = (account for focus in self._focuses for account in self._accounts(focus))
        accounts = tuple(dict.fromkeys(named))
        if not accounts:
            return
        own = self.access.own_account or accounts[0]
        collecting = self.collecting(own, None, PolicyType.SCP, "the organization", organization.CALLS)
        if collecting is not None:
            key = f"organization {accounts}"
            collecting.once(key, PolicyType.SCP, "the organization", self._organization, accounts)

    def _organization(self, collecting: Collecting, accounts: tuple[str, ...]) -> None:
        tree = organization.start(collecting, organization.describe(collecting))
        if tree is None:
            return
        reading = self.management_reader(collecting, tree.management)
        organization.collect_levels(reading, tree, accounts)

    def management_reader(self, collecting: Collecting, management: str) -> Collecting:
        """Return a reader of the management account where there is one, else the given one (it may be a delegate)."""
        if management in self.access.roles or management == self.access.own_account:
            return replace(collecting, reader=replace(collecting.reader, account=management))
        return collecting

    def _accounts(self, focus: Focus) -> tuple[str, ...]:
        """Return the accounts whose SCPs and RCPs count: the principal's and the resources'."""
        owners = (parse_arn(resource) for resource in focus.resources)
        accounts = (focus.principal_account, focus.resource_account, *(arn.account for arn in owners if arn))
        return tuple(dict.fromkeys(account for account in accounts if account and is_account_id(account)))

    def _second_round(self, focus: Focus) -> None:
        """Queue what needs something of the first round: a role's permission set, the stated policy."""
        found = parse_arn(focus.identity_arn)
        if found and focus.principal_account and identity_center.permission_set_name(found.name):
            own = self.access.own_account or focus.principal_account
            region = self._identity_center_region(focus, found)
            collecting = self.collecting(own, region, PolicyType.NONE, found.name, identity_center.CALLS)
            if collecting is not None:
                seen = self.store.evidence(collected_at=None, source="live").organization
                reading = self.management_reader(collecting, (seen.management_account or "") if seen else "")
                arguments = (found.name, focus.principal_account)
                reading.once(
                    f"permission set {found.name}", PolicyType.NONE, found.name, identity_center.collect, *arguments
                )
        if focus.stated_policy_arn:
            self._read_stated_policy(focus, focus.stated_policy_arn)

    def _identity_center_region(self, focus: Focus, role: Arn) -> str | None:
        """Return Identity Center's Region, which is in the role's path (``…/sso.amazonaws.com/<region>/…``)."""
        account = self.store.evidence(collected_at=None, source="live").accounts.get(focus.principal_account or "")
        paths = [role.resource_id, *((account.roles or {}) if account else {})]
        for path in paths:
            parts = path.split("/")
            if "sso.amazonaws.com" in parts and path.endswith(role.name):
                following = parts[parts.index("sso.amazonaws.com") + 1]
                return following if following != role.name else _HOMES["aws"]
        return focus.region

    def _read_stated_policy(self, focus: Focus, text: str) -> None:
        arn = parse_arn(text)
        account = focus.principal_account or self.access.own_account
        if arn is None or account is None:
            return
        policy_type = focus.stated_policy_type
        if arn.service == "iam":
            owner = arn.account if is_account_id(arn.account) else account
            collecting = self.collecting(owner, None, policy_type, text, iam_policies.CALLS)
            if collecting is not None and not self.store.has(owner, "managed_policies", text):
                collecting.policy(text, policy_type)
        elif arn.service == "organizations" and not self._has_organization_policy(text):
            own = self.access.own_account or account
            collecting = self.collecting(own, None, policy_type, text, stated_policy.CALLS)
            if collecting is not None:
                reading = self.management_reader(collecting, arn.account)
                collect = stated_policy.collect_organization_policy
                reading.once(f"stated {text}", policy_type, text, collect, text, policy_type)

    def _has_organization_policy(self, arn: str) -> bool:
        found = self.store.evidence(collected_at=None, source="live").organization
        return found is not None and any(policy.arn == arn for policy in found.policies)

    def _simulate_all(self) -> None:
        so_far = self.store.evidence(collected_at=None, source="live")
        for focus in self._focuses:
            question = question_for(focus, so_far)
            account = focus.principal_account
            if question is None or account is None or not self.access.can_read(account):
                continue
            collecting = self.collecting(account, None, PolicyType.NONE, question.source_arn, simulator.CALLS)
            if collecting is not None:
                key = f"simulate {question.source_arn} {question.action} {question.resource} {sorted(question.context)}"
                collecting.once(key, PolicyType.NONE, "the policy simulator", simulator.collect, question)


def read_whole_organization(access: Access, account: str) -> tuple[OrganizationEvidence | None, tuple[Gap, ...]]:
    """Return the whole organization of ``account`` (None where it could not be read), and what is missing."""
    collection = Collection(access)
    collecting = collection.collecting(account, None, PolicyType.SCP, "the organization", organization.WHOLE_CALLS)
    if collecting is not None:
        tree = organization.start(collecting, organization.describe(collecting))
        if tree is not None:
            organization.collect_whole(collection.management_reader(collecting, tree.management), tree)
    found = collection.evidence()
    return found.organization, found.gaps


def _find(collecting: Collecting, collector: ServiceCollector) -> None:
    """Queue every resource that the collector finds in the account and Region."""
    for text in collector.find(collecting) if collector.find else ():
        arn = parse_arn(text)
        if arn is not None:
            collecting.once(f"resource {text}", PolicyType.RESOURCE, text, collector.collect, arn)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
