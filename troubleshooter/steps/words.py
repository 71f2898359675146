"""Plain words for principals, policies, statements and decisions, shared by the steps and the causes.

Everything here takes values of the model and gives one phrase back; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from troubleshooter.model.arn import assumed_role, parse_arn, s3_bucket_of, service_of
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.policy import NearMiss, Statement
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import Decision, PolicyType, PrincipalKind

POLICY_WORDS: Mapping[PolicyType, str] = {
    PolicyType.IDENTITY: "identity policy",
    PolicyType.BOUNDARY: "permissions boundary",
    PolicyType.SESSION: "session policy",
    PolicyType.RESOURCE: "resource policy",
    PolicyType.TRUST: "role trust policy",
    PolicyType.VPC_ENDPOINT: "VPC endpoint policy",
    PolicyType.SCP: "SCP",
    PolicyType.RCP: "RCP",
    PolicyType.S3_PUBLIC_ACCESS_BLOCK: "S3 Block Public Access",
    PolicyType.KMS_GRANT: "KMS grant",
    PolicyType.NONE: "policy",
}

_RESOURCE_POLICY_WORDS: Mapping[str, str] = {
    "s3": "bucket policy",
    "kms": "key policy",
    "sqs": "queue policy",
    "sns": "topic policy",
    "secretsmanager": "secret policy",
    "lambda": "function policy",
    "dynamodb": "table policy",
    "ecr": "repository policy",
    "events": "event bus policy",
    "logs": "log group policy",
    "kinesis": "stream policy",
}

_DECISION_WORDS: Mapping[Decision, str] = {
    Decision.ALLOW: "allowed",
    Decision.EXPLICIT_DENY: "explicitly denied",
    Decision.IMPLICIT_DENY: "implicitly denied (nothing allows it)",
    Decision.UNKNOWN: "not decidable from what was read",
    Decision.NOT_APPLICABLE: "not applicable",
}

_LISTED = 3


def layer_words(policy_type: PolicyType, resource: str | None = None) -> str:
    """Return the policy type in words; a resource policy is named by its resource ("key policy")."""
    if policy_type is PolicyType.RESOURCE:
        return _RESOURCE_POLICY_WORDS.get(service_of(resource) or "", POLICY_WORDS[policy_type])
    return POLICY_WORDS[policy_type]


def decision_words(decision: Decision) -> str:
    """Return a verdict as it reads in a sentence."""
    return _DECISION_WORDS[decision]


def principal_words(principal: Principal) -> str:
    """Return who asked, by its friendliest name: ``role deploy``, ``user mika``, ``an anonymous caller``."""
    if principal.kind is PrincipalKind.ANONYMOUS or principal.arn == "anonymous":
        return "an anonymous caller"
    if principal.kind is PrincipalKind.AWS_SERVICE:
        return f"the AWS service {principal.arn or principal.invoked_by or principal.name or '(not named)'}"
    if principal.kind is PrincipalKind.ROOT:
        return f"the root user of account {principal.account or '(not named)'}"
    session = assumed_role(principal.arn)
    if session:
        return f"role {session[1]}"
    return attached_words(principal.arn) if principal.arn else principal.name or "the caller (not named)"


def attached_words(arn: str | None, names: Mapping[str, str] | None = None) -> str:
    """Return what a policy is attached to: ``role deploy``, ``OU Production (ou-…)``, ``bucket logs``.

    ``names`` maps organization ids to names, where they were read.
    """
    parsed = parse_arn(arn)
    if arn is None or parsed is None:
        return arn or "the resource"
    bucket = s3_bucket_of(arn)
    if bucket:
        return f"bucket {bucket}"
    if parsed.service == "organizations":
        return _organization_words(parsed.resource_type, parsed.name, names or {})
    if parsed.service in {"iam", "sts", "kms", "lambda", "dynamodb", "ec2"} and parsed.resource_type:
        kind = {"root": "account", "vpc-endpoint": "endpoint"}.get(parsed.resource_type, parsed.resource_type)
        return f"{kind} {parsed.name}"
    kind = {"sqs": "queue", "sns": "topic"}.get(parsed.service, parsed.resource_type)
    return f"{kind} {parsed.resource_id}" if kind else parsed.resource or arn


def _organization_words(kind: str, identifier: str, names: Mapping[str, str]) -> str:
    kind_words = {"root": "root", "ou": "OU", "account": "account"}.get(kind, kind)
    name = names.get(identifier)
    return f"{kind_words} {name} ({identifier})" if name else f"{kind_words} {identifier}"


def names_of(evidence: Evidence) -> Mapping[str, str]:
    """Return the organization's names by id, empty where it was not read."""
    return evidence.organization.names if evidence.organization else {}


def statement_words(statement: Statement, names: Mapping[str, str] | None = None) -> str:
    """Return where a statement stands: ``statement AppData of policy task on role worker``."""
    label = f"statement {statement.sid}" if statement.sid else f"statement number {statement.index + 1}"
    policy = layer_words(statement.policy_type, statement.attached_to)
    named = f"{policy} {statement.policy_name}" if statement.policy_name else policy
    where = attached_words(statement.attached_to, names) if statement.attached_to else ""
    return f"{label} of {named} on {where}" if where else f"{label} of {named}"


def near_miss_words(near_miss: NearMiss, names: Mapping[str, str] | None = None) -> str:
    """Return one sentence: which statement nearly decided otherwise, what it requires, what the request had."""
    where = statement_words(near_miss.statement, names)
    return (
        f"{where[0].upper()}{where[1:]} comes closest; only its {near_miss.element.value} fails: "
        f"it requires {near_miss.required}, the request has {near_miss.actual}."
    )


def listing(items: Iterable[str]) -> str:
    """Join a few phrases ("a, b and c"); many are cut and counted."""
    unique = list(dict.fromkeys(items))
    if len(unique) > _LISTED:
        unique = [*unique[: _LISTED - 1], f"{len(unique) - _LISTED + 1} more"]
    if len(unique) <= 1:
        return "".join(unique)
    return f"{', '.join(unique[:-1])} and {unique[-1]}"


def sentence(text: str) -> str:
    """Return ``text`` with a capital first letter and a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
