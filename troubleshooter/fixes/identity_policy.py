"""An identity-based policy that does not allow -> one exact statement, on the caller and on nobody else."""

from __future__ import annotations

from troubleshooter.fixes.allow_statement import allow_statement, closest, loosens, model_condition
from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.conditions import joined
from troubleshooter.fixes.documents import Json, parsed, sid_of, statements, with_added
from troubleshooter.fixes.holders import account_evidence, is_aws_managed, only_holder, unchangeable_role
from troubleshooter.fixes.limits import fits
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.policy import NearMiss, SourcedPolicy
from troubleshooter.model.shapes import objects
from troubleshooter.model.vocabulary import Operation, PolicyType, PrincipalKind


def allow_identity(broken: Broken) -> Repair:
    """Add an Allow to a policy that only the caller carries, else as a new inline policy on the caller.

    Group policies, AWS-managed ones and those that others carry too stay as they are: an edit there would
    reach more than the caller.
    """
    asked = broken.asked
    if asked.kind is PrincipalKind.FEDERATED_USER:
        return impossible("a federated user's permissions come from the policy passed to GetFederationToken")
    if asked.principal is None:
        return impossible("the role or user that called is not known, so no policy of it can be named")
    reason = unchangeable_role(asked.principal)
    if reason is not None:
        return impossible(reason)
    found = closest(broken.near_misses, broken.policies.identity)
    statement = allow_statement(asked, condition=joined(model_condition(found, asked), _passed_to(asked)))
    home = _home(broken, found[1] if found else None)
    if home is not None:
        before = parsed(home.document)
        after = with_added(before, statement)
        if fits(PolicyType.IDENTITY, after, home.source, broken.evidence):
            return Repair(
                changes=(_change(home, before, after),), warnings=_shared(found, home), exact=not loosens(found)
            )
    change = _new_inline(asked, statement, broken.evidence)
    return Repair(changes=(change,), warnings=_shared(found, None), exact=not loosens(found))


def _passed_to(asked: Asked) -> Json:
    """Return the condition that keeps a role from being passed to any other service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    service = asked.context("iam:PassedToService") if asked.action == "iam:PassRole" else None
    return {"StringEquals": {"iam:PassedToService": service}} if service is not None else {}


def _change(home: SourcedPolicy, before: Json | None, after: Json) -> Change:
    source = home.source
    return Change(
        policy_type=PolicyType.IDENTITY,
        operation=Operation.REPLACE,
        target_arn=source.attached_to or "",
        policy_name=None if source.policy_arn else source.policy_name,
        policy_arn=source.policy_arn,
        before=before,
        after=after,
    )


def _home(broken: Broken, model: SourcedPolicy | None) -> SourcedPolicy | None:
    """Return the policy where the statement belongs: the near miss's, else one about the same service."""
    editable = [item for item in broken.policies.identity if _own(item, broken.asked, broken.evidence)]
    if model is not None and model in editable:
        return model
    return next((item for item in editable if _mentions(item, broken.asked.service)), None)


def _own(policy: SourcedPolicy, asked: Asked, evidence: Evidence) -> bool:
    source = policy.source
    if source.attached_to != asked.principal or parsed(policy.document) is None:
        return False
    if source.policy_arn is None:
        return True
    return not is_aws_managed(source.policy_arn) and only_holder(source.policy_arn, asked.principal or "", evidence)


def _mentions(policy: SourcedPolicy, service: str) -> bool:
    document = parsed(policy.document)
    texts = (str(item.get("Action")) for item in statements(document or {}) if item.get("Effect") == "Allow")
    return any(f"'{service}:" in text or text.startswith(f"{service}:") for text in texts)


def _new_inline(asked: Asked, statement: Json, evidence: Evidence) -> Change:
    principal = asked.principal or ""
    name = _free_name(sid_of("Allow", asked.service, asked.operation), principal, evidence)
    return Change(
        policy_type=PolicyType.IDENTITY,
        operation=Operation.CREATE,
        target_arn=principal,
        policy_name=name,
        after=with_added(None, statement),
    )


def _free_name(name: str, principal: str, evidence: Evidence) -> str:
    """Return a name that no inline policy of the caller has: putting one of that name would overwrite it."""
    account = account_evidence(principal, evidence)
    roles, users = (account.roles or {}, account.users or {}) if account is not None else ({}, {})
    entry = roles.get(principal) or users.get(principal) or {}
    inline = (*objects(entry.get("RolePolicyList")), *objects(entry.get("UserPolicyList")))
    taken = {item.get("PolicyName") for item in inline}
    numbered = (name, *(f"{name}{number}" for number in range(2, len(taken) + 2)))
    return next(item for item in numbered if item not in taken)


def _shared(found: tuple[NearMiss, SourcedPolicy] | None, home: SourcedPolicy | None) -> tuple[str, ...]:
    """Say why the near miss's own policy was left alone."""
    if found is None or found[1] is home:
        return ()
    source = found[1].source
    name = source.policy_name or source.policy_arn
    if is_aws_managed(source.policy_arn):
        return (f"{name} is managed by AWS and cannot be edited, so the statement goes into a policy of the caller",)
    return (f"{name} reaches others besides the caller, so the statement goes into a policy of the caller alone",)
