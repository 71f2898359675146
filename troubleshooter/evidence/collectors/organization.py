"""The organization: tree, SCPs and RCPs, from the management account or a delegated administrator.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from troubleshooter.evidence.api import Answer, ApiCall, call
from troubleshooter.evidence.context import Collecting
from troubleshooter.evidence.plain_json import document
from troubleshooter.evidence.trouble import Kind
from troubleshooter.model.arn import parse_arn, partition_of
from troubleshooter.model.evidence import OrganizationEvidence, OrganizationPolicy
from troubleshooter.model.vocabulary import PolicyType

TYPES = {"SERVICE_CONTROL_POLICY": PolicyType.SCP, "RESOURCE_CONTROL_POLICY": PolicyType.RCP}
_NOT_ENABLED = ("PolicyTypeNotEnabledException", "PolicyTypeNotAvailableForOrganizationException")


def _call(name: str, action: str, items: str = "", *, none: tuple[str, ...] = ()) -> ApiCall:
    absent = ("ChildNotFoundException", "TargetNotFoundException", "PolicyNotFoundException")
    return call(
        f"organizations.{name}", f"organizations:{action}", PolicyType.SCP, none=none, absent=absent, items=items
    )


DESCRIBE = _call("describe_organization", "DescribeOrganization", none=("AWSOrganizationsNotInUseException",))
ROOTS = _call("list_roots", "ListRoots", "Roots")
PARENTS = _call("list_parents", "ListParents", "Parents")
FOR_TARGET = _call("list_policies_for_target", "ListPoliciesForTarget", "Policies", none=_NOT_ENABLED)
POLICY = _call("describe_policy", "DescribePolicy")
UNIT = _call("describe_organizational_unit", "DescribeOrganizationalUnit")
UNITS = _call("list_organizational_units_for_parent", "ListOrganizationalUnitsForParent", "OrganizationalUnits")
ACCOUNTS = _call("list_accounts_for_parent", "ListAccountsForParent", "Accounts")
POLICIES = _call("list_policies", "ListPolicies", "Policies", none=_NOT_ENABLED)
TARGETS = _call("list_targets_for_policy", "ListTargetsForPolicy", "Targets")
CALLS = (DESCRIBE, ROOTS, PARENTS, FOR_TARGET, POLICY, UNIT)
WHOLE_CALLS = (DESCRIBE, ROOTS, UNITS, ACCOUNTS, POLICIES, TARGETS, POLICY)


@dataclass(slots=True)
class Tree:
    """The organization as far as read."""

    described: dict[str, Any]
    partition: str = "aws"
    roots: list[dict[str, Any]] = field(default_factory=list)
    parents: dict[str, str] = field(default_factory=dict)
    arns: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    targets: dict[str, set[str]] = field(default_factory=dict)
    policies: dict[str, OrganizationPolicy] = field(default_factory=dict)
    complete: bool = True
    unread: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    @property
    def id(self) -> str:
        """The organization's id."""
        return str(self.described.get("Id"))

    @property
    def management(self) -> str:
        """The management account's id."""
        return str(self.described.get("MasterAccountId"))

    def arn(self, kind: str, name: str) -> str:
        """Return the ARN of a root, OU or account: all are the management account's."""
        return f"arn:{self.partition}:organizations::{self.management}:{kind}/{self.id}/{name}"

    @property
    def enabled(self) -> tuple[str, ...] | None:
        """The policy types in force; None where the roots could not be read."""
        if self.described.get("FeatureSet") == "CONSOLIDATED_BILLING":
            return ()
        if not self.roots:
            return None
        kinds = (entry for root in self.roots for entry in root.get("PolicyTypes") or [])
        return tuple(str(entry["Type"]) for entry in kinds if entry.get("Status") == "ENABLED")

    def asked_types(self) -> tuple[str, ...]:
        """Return which of SCPs and RCPs to ask for."""
        enabled = self.enabled
        return tuple(TYPES) if enabled is None else tuple(kind for kind in TYPES if kind in enabled)

    def evidence(self) -> OrganizationEvidence:
        """Return what was read; ``policies_read`` only where no level's policies are missing."""
        policies = tuple(
            OrganizationPolicy(
                id=policy.id,
                arn=policy.arn,
                name=policy.name,
                type=policy.type,
                document=policy.document,
                targets=tuple(sorted(self.targets.get(policy.id, ()))),
                aws_managed=policy.aws_managed,
            )
            for _, policy in sorted(self.policies.items())
        )
        return OrganizationEvidence(
            id=self.id,
            management_account=self.management,
            root_ids=tuple(str(root["Id"]) for root in self.roots),
            parents=dict(sorted(self.parents.items())),
            arns=dict(sorted(self.arns.items())),
            names=dict(sorted(self.names.items())),
            enabled_types=self.enabled,
            policies=policies,
            policies_read=self.complete,
        )


def describe(collecting: Collecting) -> Answer:
    """Ask which organization the account is in; any member may ask this."""
    return collecting.reader.read(DESCRIBE, f"account {collecting.reader.account}")


def start(collecting: Collecting, described: Answer) -> Tree | None:
    """Return the tree to fill; None where there is no organization (kept so) or it is unknown."""
    if not described.known:
        return None
    if not described.read:
        collecting.reader.store.organization(OrganizationEvidence(exists=False))
        return None
    organization = described.get("Organization") or {}
    return Tree(described=organization, partition=partition_of(organization.get("Arn")))


def collect_levels(collecting: Collecting, tree: Tree, accounts: tuple[str, ...]) -> None:
    """Read the levels above each account, root to account, and the policies attached at each.

    The first call tells whether these credentials may read the organization at all; where they may
    not, one gap each for SCPs and RCPs says what would.
    """
    reader = collecting.reader
    if not _walk_up_first(collecting, tree, accounts):
        # The tree is not known, its policies neither: only the organization's id and management account.
        tree.complete = False
        reader.store.organization(tree.evidence())
        return
    roots = reader.read_all(ROOTS, tree.id)
    for root in roots.items:
        _node(tree, dict(root), None)
        tree.roots.append(dict(root))
    levels = sorted({*tree.parents, *tree.parents.values()})
    tree.unread = set(levels)
    for level in levels:
        collecting.once(f"level {level} {accounts}", PolicyType.SCP, level, _level_and_keep, tree, level)
    if not levels:
        reader.store.organization(tree.evidence())


def _level_and_keep(collecting: Collecting, tree: Tree, level: str) -> None:
    """Read one level beside the others; whoever is last keeps the organization."""
    _level(collecting, tree, level)
    with tree.lock:
        tree.unread.discard(level)
        last = not tree.unread
    if last:
        collecting.reader.store.organization(tree.evidence())


def _walk_up_first(collecting: Collecting, tree: Tree, accounts: tuple[str, ...]) -> bool:
    """Walk from every account to its root; False where the credentials may not read the organization."""
    reader = collecting.reader
    for account in accounts:
        child, first = account, True
        while not child.startswith("r-") and child not in tree.parents:
            answer = reader.probing().read_all(PARENTS, child, ChildId=child)
            if answer.get("Kind") == Kind.ABSENT.value:
                _not_in_organization(collecting, tree, account)
                break
            if not answer.items:
                _cannot_read(collecting, tree, answer, child if not first else account)
                return False
            parent = str(answer.items[0]["Id"])
            tree.parents[child] = parent
            if first:
                tree.arns[account] = tree.arn("account", account)
            elif child.startswith("ou-"):
                _unit(collecting, tree, child)
            child, first = parent, False
    return True


def _unit(collecting: Collecting, tree: Tree, unit: str) -> None:
    tree.arns[unit] = tree.arn("ou", unit)
    # Only its name comes from here: not knowing it leaves no doubt about any policy.
    described = collecting.reader.read(replace(UNIT, policy_type=PolicyType.NONE), unit, OrganizationalUnitId=unit)
    name = described.get("OrganizationalUnit", "Name")
    if name:
        tree.names[unit] = str(name)


def _cannot_read(collecting: Collecting, tree: Tree, answer: Answer, child: str) -> None:
    actions = ", ".join(action for declared in CALLS for action in declared.actions)
    for policy_type in TYPES.values():
        collecting.reader.gap(
            policy_type,
            tree.id,
            f"the organization {tree.id} cannot be read from account {collecting.reader.account}: "
            f"organizations:ListParents on {child} {answer.get('Kind')} ({answer.get('Code')})",
            f"--assume-role of a role in the management account {tree.management} (or a delegated administrator) "
            f"that allows {actions}",
        )


def _not_in_organization(collecting: Collecting, tree: Tree, account: str) -> None:
    for policy_type in TYPES.values():
        collecting.reader.gap(
            policy_type,
            f"account {account}",
            f"account {account} is not in the organization {tree.id}; its own organization's policies are unknown",
            f"read them with --assume-role of a role in the management account of account {account}",
        )


def _level(collecting: Collecting, tree: Tree, level: str) -> None:
    for kind in tree.asked_types():
        answer = collecting.reader.read_all(_typed(FOR_TARGET, kind), level, TargetId=level, Filter=kind)
        tree.complete = tree.complete and answer.known
        for summary in answer.items:
            tree.targets.setdefault(str(summary["Id"]), set()).add(level)
            _policy(collecting, tree, dict(summary), kind)


def _typed(declared: ApiCall, kind: str) -> ApiCall:
    return replace(declared, policy_type=TYPES[kind])


def _policy(collecting: Collecting, tree: Tree, summary: dict[str, Any], kind: str) -> None:
    policy_id = str(summary["Id"])
    with tree.lock:
        if policy_id in tree.asked:
            return
        tree.asked.add(policy_id)
    arn = str(summary.get("Arn") or policy_id)
    answer = collecting.reader.read(_typed(POLICY, kind), arn, PolicyId=policy_id)
    if not answer.read:
        tree.complete = False
        return
    tree.policies[policy_id] = OrganizationPolicy(
        id=policy_id,
        arn=arn,
        name=str(summary.get("Name") or policy_id),
        type=kind,
        document=_content(answer),
        targets=(),
        aws_managed=bool(summary.get("AwsManaged")),
    )


def _content(answer: Answer) -> Any:  # noqa: ANN401 - JSON
    return document(answer.get("Policy", "Content")) or ""


def _node(tree: Tree, node: dict[str, Any], parent: str | None) -> None:
    name = str(node["Id"])
    if node.get("Arn"):
        tree.arns[name] = str(node["Arn"])
    if node.get("Name"):
        tree.names[name] = str(node["Name"])
    if parent:
        tree.parents[name] = parent


def collect_whole(collecting: Collecting, tree: Tree) -> None:
    """Read the whole tree and every SCP and RCP with its targets."""
    reader = collecting.reader
    roots = reader.read_all(ROOTS, tree.id)
    if not roots.read:
        tree.complete = False
    for root in roots.items:
        _node(tree, dict(root), None)
        tree.roots.append(dict(root))
        _below(collecting, tree, str(root["Id"]))
    for kind in tree.asked_types():
        listed = reader.read_all(_typed(POLICIES, kind), tree.id, Filter=kind)
        tree.complete = tree.complete and listed.known
        for summary in listed.items:
            _policy(collecting, tree, dict(summary), kind)
            targets = reader.read_all(_typed(TARGETS, kind), str(summary["Id"]), PolicyId=str(summary["Id"]))
            tree.complete = tree.complete and targets.read
            tree.targets[str(summary["Id"])] = {str(target["TargetId"]) for target in targets.items}
    reader.store.organization(tree.evidence())


def _below(collecting: Collecting, tree: Tree, parent: str) -> None:
    reader = collecting.reader
    accounts = reader.read_all(ACCOUNTS, parent, ParentId=parent)
    units = reader.read_all(UNITS, parent, ParentId=parent)
    for node in (*accounts.items, *units.items):
        _node(tree, dict(node), parent)
    for unit in units.items:
        _below(collecting, tree, str(unit["Id"]))


def policy_id_in(arn: str) -> str | None:
    """Return the id of an SCP's or RCP's ARN (``…:policy/o-…/service_control_policy/p-…``), or None."""
    found = parse_arn(arn)
    if found is None or found.service != "organizations" or not found.resource.startswith("policy/"):
        return None
    return found.name
