"""What a bare refusal usually means: causes to look at first when neither message nor evidence names any.

Every one is ``possible`` and ``inferred``; the order is how often each is behind such a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troubleshooter.diagnosis.behind.kms_key import NEEDED, asked_by_another_call
from troubleshooter.diagnosis.case import Case
from troubleshooter.diagnosis.causes import BY_ID
from troubleshooter.engine.applicability.resources import is_trust_action
from troubleshooter.model.arn import account_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Decision, PolicyType, PrincipalKind

_WITH_RESOURCE_POLICY = frozenset({"s3", "kms", "sqs", "sns", "secretsmanager", "lambda", "ecr", "dynamodb", "events"})

_Row = tuple[str, PolicyType, Decision, str]


def possible(case: Case) -> Iterable[Finding]:
    """Yield possible causes of a denial for which nothing was read and whose message names no policy type."""
    denial = case.denial
    if not case.evidence.is_empty or denial.stated_policy_type or denial.not_iam:
        return
    rows = _explicit(denial) if denial.stated_decision == Decision.EXPLICIT_DENY.value else _implicit(denial)
    for cause, policy_type, decision, because in rows:
        yield BY_ID[cause].finding(policy_type=policy_type, decision=decision, because=because)


def _explicit(denial: Denial) -> Iterator[_Row]:
    explicit = Decision.EXPLICIT_DENY
    lead = "The message says that a Deny statement fired, not where:"
    yield "scp-explicit-deny", PolicyType.SCP, explicit, f"{lead} an SCP of the organization is the usual place."
    yield "identity-policy-explicit-deny", PolicyType.IDENTITY, explicit, f"{lead} it may be a policy of the caller."
    if _service(denial) in _WITH_RESOURCE_POLICY:
        yield "resource-policy-explicit-deny", PolicyType.RESOURCE, explicit, f"{lead} it may be the resource's policy."


def _implicit(denial: Denial) -> Iterator[_Row]:
    implicit, service, action = Decision.IMPLICIT_DENY, _service(denial), (denial.action or "").lower()
    yield from _behind(denial, action)
    if is_trust_action(action):
        yield (
            "trust-policy-implicit-deny",
            PolicyType.TRUST,
            implicit,
            "A role's trust policy must allow the caller; it is the first thing to compare.",
        )
    if action in {"sts:assumerolewithwebidentity", "sts:assumerolewithsaml"}:
        return
    if denial.principal.kind is not PrincipalKind.ANONYMOUS:
        yield (
            "identity-policy-implicit-deny",
            PolicyType.IDENTITY,
            implicit,
            "Most refusals are an action that no policy of the caller allows on this resource.",
        )
    if service in _WITH_RESOURCE_POLICY:
        yield (
            "resource-policy-implicit-deny",
            PolicyType.RESOURCE,
            implicit,
            _resource_words(denial),
        )
    if service == "s3" and action in NEEDED:
        yield (
            "kms-key-behind-resource",
            PolicyType.RESOURCE,
            implicit,
            "If the bucket is encrypted with a KMS key, the caller needs that key as well.",
        )
    yield "scp-explicit-deny", PolicyType.SCP, Decision.EXPLICIT_DENY, "An SCP of the organization may forbid it."


def _behind(denial: Denial, action: str) -> Iterator[_Row]:
    """Yield the cause of a refused action that another call needs behind it."""
    if action == "iam:passrole":
        yield (
            "pass-role-behind-call",
            PolicyType.IDENTITY,
            Decision.IMPLICIT_DENY,
            "The call hands a role to a service: the caller needs iam:PassRole on exactly that role.",
        )
    if asked_by_another_call(denial, action):
        yield (
            "kms-key-behind-resource",
            PolicyType.RESOURCE,
            Decision.IMPLICIT_DENY,
            (
                f"{denial.api_call or 'The call'} also needs {denial.action} on the KMS key behind the resource: "
                "the key policy must allow the caller, or let the caller's identity policies do so."
            ),
        )


def _resource_words(denial: Denial) -> str:
    ours, theirs = denial.principal.account, denial.resource_account or account_of(denial.resource)
    if ours and theirs and ours != theirs:
        return (
            f"The resource belongs to account {theirs}, the caller to {ours}: the resource's policy must allow it too."
        )
    return "The resource's own policy may refuse, or have to allow when the resource belongs to another account."


def _service(denial: Denial) -> str:
    return (denial.action or "").partition(":")[0].lower()
