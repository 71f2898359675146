"""A resource-based policy that does not allow -> one statement naming the exact caller."""

from __future__ import annotations

from troubleshooter.engine.applicability.resource_keys import find_key
from troubleshooter.fixes.allow_statement import allow_statement, closest, loosens, model_condition
from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.conditions import joined
from troubleshooter.fixes.documents import Json, parsed, statements, with_added
from troubleshooter.fixes.limits import overflow
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.policy import SourcedPolicy
from troubleshooter.model.vocabulary import Operation, PolicyType, PrincipalKind

_WITHOUT_RESOURCE = frozenset({"ecr"})
"""Services whose resource-based policies have no Resource element.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
"""

_SOURCE_KEYS = ("aws:SourceArn", "aws:SourceAccount")


def allow_resource(broken: Broken) -> Repair:
    """Add an Allow to the resource's policy, or make the policy where the resource has none."""
    asked = broken.asked
    found = _policy(broken)
    unread = [gap for gap in broken.policies.gaps if gap.policy_type == PolicyType.RESOURCE]
    if found is None and unread:
        return impossible(f"{unread[0].reason}: a new policy could overwrite statements that nobody read")
    target = _target(broken, found)
    principal = principal_element(asked)
    if principal is None:
        return impossible("no resource-based policy can name this caller: sign the request with an IAM principal")
    if target is None:
        return impossible(f"no resource-based policy of {asked.request.resource} is in the evidence")
    near_miss = closest(broken.near_misses, (found,) if found is not None else ())
    condition, warnings = _condition(asked, model_condition(near_miss, asked))
    before = parsed(found.document) if found is not None else None
    if found is not None and before is None:
        return impossible("the resource's policy is no valid document; repair it first")
    statement = allow_statement(asked, condition=condition, principal=principal, resource=_resource(asked, before))
    after = with_added(before, statement)
    change = Change(
        policy_type=PolicyType.RESOURCE,
        operation=Operation.CREATE if before is None else Operation.REPLACE,
        target_arn=target,
        before=before,
        after=after,
    )
    too_long = overflow(PolicyType.RESOURCE, after, asked.service)
    return Repair(
        changes=(change,), warnings=(*warnings, *too_long), exact=not (too_long or warnings or loosens(near_miss))
    )


def _policy(broken: Broken) -> SourcedPolicy | None:
    return broken.policies.access_point or broken.policies.resource


def _target(broken: Broken, found: SourcedPolicy | None) -> str | None:
    """Return the ARN that the policy is attached to, as the evidence lists it."""
    if found is not None:
        return found.source.attached_to
    return listed_target(broken)


def listed_target(broken: Broken) -> str | None:
    """Return the listed ARN of a resource whose policy is known to be absent."""
    request = broken.asked.request
    account = broken.evidence.accounts.get(request.resource_account or "")
    return find_key(request.resource, account.resource_policies if account is not None else None)


def principal_element(asked: Asked) -> object:
    """Return the Principal that names the caller and nobody else, or None.

    A role, never its session, so that the grant outlives this session
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
    """
    if asked.principal is None or asked.kind is PrincipalKind.ANONYMOUS:
        return None
    if asked.kind is PrincipalKind.AWS_SERVICE:
        return {"Service": asked.principal}
    if asked.kind in {PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML}:
        return {"Federated": asked.principal}
    return {"AWS": asked.principal}


def _condition(asked: Asked, kept: Json) -> tuple[Json, tuple[str, ...]]:
    """Narrow what a Principal alone leaves too wide: an account's root, a service acting for anyone."""
    if asked.kind is PrincipalKind.ROOT:
        return joined(kept, {"ArnEquals": {"aws:PrincipalArn": asked.principal}}), ()
    if asked.kind is not PrincipalKind.AWS_SERVICE:
        return kept, ()
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    given = {key: value for key in _SOURCE_KEYS if (value := asked.context(key)) is not None}
    arn = {"ArnEquals": {"aws:SourceArn": given["aws:SourceArn"]}} if "aws:SourceArn" in given else {}
    account = (
        {"StringEquals": {"aws:SourceAccount": given["aws:SourceAccount"]}} if "aws:SourceAccount" in given else {}
    )
    if not given and not kept:
        return kept, (
            "the event names no source: add aws:SourceArn or aws:SourceAccount, or the service acts for anyone",
        )
    return joined(joined(kept, arn), account), ()


def _resource(asked: Asked, before: Json | None) -> str | None:
    if asked.service == "kms":
        # In a key policy, "*" is the key that the policy is attached to:
        # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
        return "*"
    written = any("Resource" in item for item in statements(before or {}))
    return None if asked.service in _WITHOUT_RESOURCE and not written else ""
