"""A Deny that fired -> the same Deny with the smallest hole: this caller, this action, this resource.

One statement becomes up to three, which together deny everything that it denied but the one request: the Deny for
everybody but the caller, the Deny for every other action, the Deny of this action on every other resource. An Allow
is never an answer to a Deny, which wins over it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troubleshooter.fixes.action_patterns import without_action
from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.conditions import caller_exception, except_caller, joined, only_caller
from troubleshooter.fixes.documents import Json, listed, parsed, sid_of, statements, with_replaced
from troubleshooter.fixes.elsewhere import usable_elsewhere
from troubleshooter.fixes.holders import is_aws_managed, only_holder, unchangeable_role
from troubleshooter.fixes.limits import overflow, versions_warning
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.fixes.resource_patterns import without_resource
from troubleshooter.fixes.session_policy import NEW_SESSION
from troubleshooter.model.arn import s3_bucket_arn
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.policy import PolicySource, SourcedPolicy, Statement
from troubleshooter.model.request import PolicySet
from troubleshooter.model.vocabulary import Operation, PolicyType, PrincipalKind

_NAMED_WITH_OTHERS = frozenset({PrincipalKind.ROOT, PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML})
"""Callers whose Principal element names others too: a whole account, everybody of an identity provider."""

QUARANTINE = "AWSCompromisedKeyQuarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What one Deny becomes; ``exact`` False where the hole is wider than the request, with the reason."""

    statements: tuple[Json, ...]
    exact: bool = True
    reason: str = ""


def except_from_deny(broken: Broken) -> Repair:
    """Cut the request out of the first of the layer's denies; the next one is another round."""
    fired = next(iter(broken.layer.determining), None)
    policy = _policy_of(fired, broken.policies) if fired is not None else None
    document = parsed(policy.document) if policy is not None else None
    if fired is None or policy is None or document is None:
        return impossible("the statement that denies is not known")
    reason = _immutable(policy.source, broken)
    if reason is not None:
        return impossible(reason)
    present = statements(document)
    if fired.index >= len(present):
        return impossible("the statement that denies is not in its policy as read")
    alone = _only_for_caller(policy.source, broken)
    statement = present[fired.index]
    split = split_deny(statement, broken, policy.source.policy_type, alone=alone)
    if split is None:
        return impossible("the request names no caller that an exception could name")
    after = with_replaced(document, fired.index, split.statements)
    return Repair(
        changes=(_change(policy, document, after),),
        warnings=_warnings(broken, policy.source, after, split),
        exact=False,
    )


def split_deny(statement: Json, broken: Broken, kind: PolicyType, *, alone: bool) -> Split | None:
    """Return the statements that deny all that ``statement`` denies but the request; None where no caller can be named.

    ``alone``: the policy applies to this caller only, so no part for other callers is needed. At least one
    statement stays, so that a policy is never left empty.
    """
    asked = broken.asked
    exception = caller_exception(asked)
    others = _other_callers(statement, asked, exception, alone=alone)
    if others is None and not alone and exception is None:
        return None
    actions = without_action(statement, asked.action, not_action=kind is not PolicyType.RCP)
    one_action = {**{key: value for key, value in statement.items() if key != "NotAction"}, "Action": asked.action}
    one_action = _ordered(one_action, statement)
    resources, exact = without_resource(one_action, asked, kind)
    reason = ""
    if not exact:
        resources, exact, reason = _on_a_pattern(one_action, broken, kind, alone=alone)
    parts = [(others, ""), (actions, "OtherActions"), (resources, "OtherResources")]
    found = tuple(_named(part, suffix, statement) for part, suffix in parts if part is not None)
    if not found and exception is not None:
        found = (except_caller(statement, exception),)
    return Split(statements=found, exact=exact, reason=reason) if found else None


def _on_a_pattern(one_action: Json, broken: Broken, kind: PolicyType, *, alone: bool) -> tuple[Json | None, bool, str]:
    """Return the Deny on a pattern without one of its resources, whether it is exact, and what to know of it."""
    asked = broken.asked
    elsewhere = usable_elsewhere(broken, [str(item) for item in listed(one_action.get("Resource"))])
    if elsewhere is None:
        return None, False, f"{asked.action} stays undenied for the caller on all of {_resources(one_action)}"
    made = _sparing(one_action, asked, _in_policy(elsewhere, asked, kind), alone=alone)
    return made, True, f"{made['Sid']} now lists where the caller may use {asked.action}: add later places there too"


def _in_policy(elsewhere: list[str], asked: Asked, kind: PolicyType) -> list[str]:
    """Return the places that a policy may name: a bucket policy only its bucket and the objects in it."""
    bucket = s3_bucket_arn(asked.resource)
    if kind is not PolicyType.RESOURCE or bucket is None:
        return elsewhere
    return [item for item in elsewhere if item == bucket or item.startswith(f"{bucket}/")]


def _sparing(one_action: Json, asked: Asked, elsewhere: list[str], *, alone: bool) -> Json:
    """Return the Deny of the action for the caller everywhere but on the resource and where it may use it anyway."""
    rest = {key: value for key, value in one_action.items() if key != "Resource"}
    condition = (
        one_action.get("Condition") or {} if alone else joined(one_action.get("Condition") or {}, only_caller(asked))
    )
    spared = list(dict.fromkeys([asked.resource, *elsewhere]))
    limited: Json = {**rest, "NotResource": spared, **({"Condition": condition} if condition else {})}
    return _named(limited, "OtherResources", one_action)


def _other_callers(
    statement: Json, asked: Asked, exception: tuple[str, str, str] | None, *, alone: bool
) -> Json | None:
    """Return the Deny for everybody but the caller; None where it names nobody else, or no key names the caller."""
    named = statement.get("Principal")
    values = [item for value in named.values() for item in listed(value)] if isinstance(named, dict) else []
    nobody_else = values == [asked.principal] and asked.kind not in _NAMED_WITH_OTHERS
    if alone or exception is None or nobody_else:
        return None
    return except_caller(statement, exception)


def _ordered(changed: Json, model: Json) -> Json:
    """Return ``changed`` with the elements in the order in which the policy's author wrote them."""
    names = ["Action" if key == "NotAction" else key for key in model]
    return {key: changed[key] for key in (*names, *changed) if key in changed}


def _named(statement: Json, suffix: str, model: Json) -> Json:
    if not suffix:
        return statement
    sid = sid_of(str(model.get("Sid") or "Deny"), suffix)
    return {"Sid": sid, **{key: value for key, value in statement.items() if key != "Sid"}}


def _resources(statement: Json) -> str:
    return ", ".join(str(item) for item in listed(statement.get("Resource")))


def _policy_of(fired: Statement, policies: PolicySet) -> SourcedPolicy | None:
    for policy in all_policies(policies):
        source = policy.source
        same = (source.policy_type, source.policy_name, source.policy_arn, source.attached_to) == (
            fired.policy_type,
            fired.policy_name,
            fired.policy_arn,
            fired.attached_to,
        )
        if same and _is_statement(policy, fired):
            return policy
    return None


def _is_statement(policy: SourcedPolicy, fired: Statement) -> bool:
    """Tell several session policies apart, which have neither name nor ARN."""
    present = statements(parsed(policy.document) or {})
    return fired.index < len(present) and present[fired.index].get("Sid") == fired.sid


def all_policies(policies: PolicySet) -> Sequence[SourcedPolicy]:
    """Return every policy of the set, whatever its layer."""
    single = (policies.resource, policies.access_point)
    return (
        *policies.identity,
        *(policies.permissions_boundary or ()),
        *(policies.session or ()),
        *(policy for policy in single if policy is not None),
        *(policies.vpc_endpoint or ()),
        *(policy for level in (*policies.scp, *policies.rcp) for policy in level.policies),
    )


def _immutable(source: PolicySource, broken: Broken) -> str | None:
    """Return why nobody in the account can edit the policy, or None."""
    name = source.policy_name or source.policy_arn or ""
    if QUARANTINE in name or QUARANTINE in (source.policy_arn or ""):
        return f"AWS attached {name} because the access key leaked: rotate the key, do not detach the policy"
    if source.policy_type in {PolicyType.IDENTITY, PolicyType.BOUNDARY} and is_aws_managed(source.policy_arn):
        return f"{name} is managed by AWS and cannot be edited: detach it, or attach another policy instead"
    organization = broken.evidence.organization
    if (
        any(item.aws_managed and item.arn == source.policy_arn for item in organization.policies if organization)
        if organization
        else False
    ):
        return f"{name} is managed by AWS and cannot be edited"
    if source.policy_type in {PolicyType.IDENTITY, PolicyType.TRUST, PolicyType.BOUNDARY}:
        return unchangeable_role(source.attached_to)
    return None


def _only_for_caller(source: PolicySource, broken: Broken) -> bool:
    """Return whether the policy reaches nobody but the caller."""
    principal = broken.asked.principal or ""
    if source.policy_type is PolicyType.SESSION:
        return True
    if source.policy_type not in {PolicyType.IDENTITY, PolicyType.BOUNDARY} or source.attached_to != principal:
        return False
    return source.policy_arn is None or only_holder(source.policy_arn, principal, broken.evidence)


def _change(policy: SourcedPolicy, before: Json, after: Json) -> Change:
    source = policy.source
    organizational = source.policy_type in {PolicyType.SCP, PolicyType.RCP}
    inline = source.policy_type is PolicyType.IDENTITY and source.policy_arn is None
    return Change(
        policy_type=source.policy_type,
        operation=Operation.REPLACE,
        target_arn=source.attached_to or "",
        policy_name=source.policy_name if organizational or inline else None,
        policy_arn=source.policy_arn,
        before=before,
        after=after,
    )


def _warnings(broken: Broken, source: PolicySource, after: Json, split: Split) -> tuple[str, ...]:
    found = ["somebody wrote this Deny on purpose: ask its owner before cutting a hole"]
    if split.reason:
        found.append(split.reason)
    if source.policy_type is PolicyType.SESSION:
        found.append(NEW_SESSION)
    found += overflow(source.policy_type, after, broken.asked.service)
    found += versions_warning(source.policy_arn, broken.evidence)
    return tuple(found)
