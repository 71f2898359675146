"""The one new Allow statement that grants exactly what was asked."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.fixes.asked import Asked
from troubleshooter.fixes.conditions import kept_conditions
from troubleshooter.fixes.documents import Json, parsed, sid_of, statements
from troubleshooter.model.policy import NearMiss, PolicySource, SourcedPolicy
from troubleshooter.model.vocabulary import Element


def allow_statement(
    asked: Asked, *, condition: Json | None = None, principal: object = None, resource: str | None = ""
) -> Json:
    """Return an Allow of the exact action on the exact resource.

    ``principal`` None leaves the element out; ``resource`` None too (trust policies), ``""`` is the one asked.
    """
    statement: Json = {"Sid": sid_of("Allow", asked.service, asked.operation), "Effect": "Allow"}
    if principal is not None:
        statement["Principal"] = principal
    statement["Action"] = asked.action
    if resource is not None:
        statement["Resource"] = literal(resource or asked.resource)
    if condition:
        statement["Condition"] = condition
    return statement


def literal(resource: str) -> str:
    """Return an S3 object's ARN so that no character of its key is a wildcard.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
    """
    if not resource.startswith("arn:") or ":s3:::" not in resource:
        return resource
    return "".join(f"${{{char}}}" if char in "*?$" else char for char in resource)


def closest(
    near_misses: Sequence[NearMiss], policies: Sequence[SourcedPolicy]
) -> tuple[NearMiss, SourcedPolicy] | None:
    """Return the best near miss among Allow statements of these policies, with its policy."""
    for near_miss in near_misses:
        if near_miss.statement.effect == "Allow":
            for policy in policies:
                if same_policy(policy.source, near_miss):
                    return near_miss, policy
    return None


def same_policy(source: PolicySource, near_miss: NearMiss) -> bool:
    """Return whether a near miss's statement stands in this policy."""
    found = near_miss.statement
    return (source.policy_name, source.policy_arn, source.attached_to) == (
        found.policy_name,
        found.policy_arn,
        found.attached_to,
    )


def loosens(found: tuple[NearMiss, SourcedPolicy] | None) -> bool:
    """Return whether a new Allow does without a condition that its model has: somebody must look at that."""
    return found is not None and found[0].element is Element.CONDITION


def model_condition(found: tuple[NearMiss, SourcedPolicy] | None, asked: Asked) -> Json:
    """Return the conditions that a new Allow takes over from the near miss it is modelled on."""
    if found is None:
        return {}
    near_miss, policy = found
    document = parsed(policy.document)
    present = statements(document) if document is not None else []
    if near_miss.statement.index >= len(present):
        return {}
    return kept_conditions(present[near_miss.statement.index], near_miss, asked)
