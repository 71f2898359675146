"""What can be offered when nothing was read: at most a new inline policy, unproved; never a whole unread document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from troubleshooter.diagnosis.judgement import Judgement
from troubleshooter.fixes.allow_statement import allow_statement
from troubleshooter.fixes.asked import Asked, asked_of
from troubleshooter.fixes.documents import sid_of, with_added
from troubleshooter.fixes.holders import unchangeable_role
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Change, Finding, Fix, Grant
from troubleshooter.model.vocabulary import Decision, Disposition, Operation, PolicyType

_UNPROVED = "not proved: the policies that decide were not read, so others may still deny; give --snapshot or --live"


def from_message(
    denial: Denial, findings: Sequence[Finding], judgements: Sequence[Judgement]
) -> tuple[tuple[Finding, ...], Fix | None]:
    """Offer an inline policy where the message itself names the identity-based policy as missing an allow."""
    fix = _inline(denial, judgements)
    if fix is None:
        return tuple(findings), None
    return tuple(replace(item, fix=fix) if _is_identity(item) else item for item in findings), fix


def _is_identity(finding: Finding) -> bool:
    return finding.policy_type is PolicyType.IDENTITY and finding.decision is Decision.IMPLICIT_DENY


def _inline(denial: Denial, judgements: Sequence[Judgement]) -> Fix | None:
    stated = (denial.stated_policy_type, denial.stated_decision)
    if not judgements or stated != (PolicyType.IDENTITY.value, Decision.IMPLICIT_DENY.value):
        return None
    asked = asked_of(judgements[0].request)
    target = _holder(asked)
    if target is None or unchangeable_role(target) is not None:
        return None
    name = sid_of("Allow", asked.service, asked.operation)
    change = Change(
        policy_type=PolicyType.IDENTITY,
        operation=Operation.CREATE,
        target_arn=target,
        policy_name=name,
        after=with_added(None, allow_statement(asked)),
    )
    return Fix(
        summary=f"Create inline policy {name} on {target} allowing {asked.action}.",
        owner=f"IAM administrators of account {asked.account or 'unknown'}",
        disposition=Disposition.NEEDS_REVIEW,
        changes=(change,),
        grants=(Grant(principal=target, action=asked.action, resource=asked.resource),),
        warnings=(_UNPROVED,),
    )


def _holder(asked: Asked) -> str | None:
    """Return the user or role to carry the policy; a session's role without its path, where only that is known."""
    arn = parse_arn(asked.principal or asked.request.principal.session_issuer_arn)
    if arn is not None and arn.resource_type in {"user", "role"}:
        return str(arn)
    session = parse_arn(asked.request.principal.arn)
    if session is None or session.resource_type != "assumed-role":
        return None
    role = session.resource.split("/")[1]
    return f"arn:{session.partition}:iam::{session.account}:role/{role}"
