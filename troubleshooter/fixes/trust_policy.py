"""A role's trust policy that does not allow -> one statement naming the exact caller, never weaker than its model."""

from __future__ import annotations

from troubleshooter.fixes.allow_statement import allow_statement, closest, model_condition
from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.conditions import joined, subject_key
from troubleshooter.fixes.documents import Json, parsed, with_added
from troubleshooter.fixes.holders import unchangeable_role
from troubleshooter.fixes.limits import overflow
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.fixes.resource_policy import principal_element
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.vocabulary import Element, Operation, PolicyType, PrincipalKind

_FEDERATED = frozenset({PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML})


def allow_trust(broken: Broken) -> Repair:
    """Add an Allow for the caller to the role's trust policy.

    A federated caller is pinned to its subject and audience: a provider without them is everybody in it
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html).
    """
    asked, policy = broken.asked, broken.policies.resource
    before = parsed(policy.document) if policy is not None else None
    if policy is None or before is None:
        return impossible("the role's trust policy was not read")
    reason = unchangeable_role(policy.source.attached_to)
    if reason is not None:
        return impossible(reason)
    principal = principal_element(asked)
    if principal is None:
        return impossible("the caller is not known exactly enough to be trusted")
    condition, warnings, lack = _condition(broken)
    if lack is not None:
        return impossible(lack)
    statement = allow_statement(asked, condition=condition, principal=principal, resource=None)
    after = with_added(before, statement)
    change = Change(
        policy_type=PolicyType.TRUST,
        operation=Operation.REPLACE,
        target_arn=policy.source.attached_to or asked.request.resource,
        before=before,
        after=after,
    )
    return Repair(changes=(change,), warnings=(*warnings, *overflow(PolicyType.TRUST, after)))


def _condition(broken: Broken) -> tuple[Json, tuple[str, ...], str | None]:
    asked, policy = broken.asked, broken.policies.resource
    found = closest(broken.near_misses, (policy,) if policy is not None else ())
    kept = model_condition(found, asked)
    warnings: tuple[str, ...] = ()
    if found is not None and found[0].element is Element.CONDITION and _is_external_id(found[0].key):
        warnings = (
            "the ExternalId guards against the confused deputy: pass the one that the trust policy asks for if you can",
        )
    if asked.kind not in _FEDERATED:
        return kept, warnings, None
    key = subject_key(asked)
    subject = asked.context(key) if key is not None else None
    if key is None or subject is None:
        return {}, (), "the token's subject is not in the event, and a provider trusted without one lets everybody in"
    return joined(kept, {"StringEquals": {**_audience(asked, key), key: subject}}), warnings, None


def _audience(asked: Asked, subject: str) -> Json:
    key = f"{subject.rpartition(':')[0]}:aud"
    value = asked.context(key)
    return {key: value} if value is not None else {}


def _is_external_id(key: str | None) -> bool:
    return (key or "").lower() == "sts:externalid"
