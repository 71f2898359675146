"""The names that a playbook can use, taken from one diagnosis; a word in capitals where the denial does not say.

Every value is a plain string (or a flag), so that a page can only print it. Pages may use:

``principal``  arn, name, kind, account, role_name, user_name, session_name, source_arn (the role's or user's own
               ARN), is_role, is_user, is_root, is_service, is_anonymous, is_reserved
``request``    action, service, operation, api_call, event_source, region, time, event_id, source_ip,
               vpc_endpoint_id, error_code, message, authorization_id, encoded_message (flag)
``resource``   arn, account, service, name, id, bucket, key, is_bucket, kms_key, role_name, queue_url
``finding``    cause, because, confidence, basis, layer, decision
``statement``  sid, text, policy_name, policy_arn, policy_id, attached_to, holder (role, user or group), holder_name,
               is_managed, is_inline
``near_miss``  key, required, actual, hint, exists (flag)
``fix``        the proved fix as Markdown
``further``    what would still deny after it, as Markdown (empty where nothing would)
"""

from __future__ import annotations

from typing import Any

from troubleshooter.model.arn import assumed_role, parse_arn, s3_bucket_of, service_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis, Finding
from troubleshooter.model.policy import NearMiss, Statement
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import Decision, PrincipalKind
from troubleshooter.reports import phrases
from troubleshooter.reports.story import tell_near_miss
from troubleshooter.usecases.playbooks import SafeMarkdown

_NO_FIX = SafeMarkdown(
    "No change was computed for this denial: too little was read, or no policy change is the answer. "
    "Run the same command with `--snapshot DIR` or `--live` to get one that is proved."
)


def values_of(diagnosis: Diagnosis, fix: str | None, further: str) -> dict[str, Any]:
    """Return the page's names for a diagnosis; ``fix`` and ``further`` are Markdown already."""
    denial = diagnosis.denial
    finding = diagnosis.findings[0] if diagnosis.findings else None
    return {
        "principal": _principal(denial.principal),
        "request": _request(denial),
        "resource": _resource(denial),
        "finding": _finding(finding, denial),
        "statement": _statement(_deciding(finding), denial),
        "near_miss": _near_miss(_nearest(diagnosis, finding)),
        "fix": SafeMarkdown(fix) if fix else _NO_FIX,
        "further": SafeMarkdown(further),
    }


def placeholder_values() -> dict[str, Any]:
    """Return the names with placeholders only: a page as it reads before any denial."""
    empty = Diagnosis(denial=Denial(), decision=Decision.UNKNOWN, steps=(), findings=())
    return values_of(empty, None, "")


def _principal(who: Principal) -> dict[str, Any]:
    session = assumed_role(who.arn)
    own = who.session_issuer_arn or who.arn
    parsed = parse_arn(own)
    kind = who.kind
    role = session[1] if session else None
    if role is None and parsed and parsed.resource_type == "role":
        role = parsed.name
    user = parsed.name if parsed and parsed.service == "iam" and parsed.resource_type == "user" else None
    unknown = kind is PrincipalKind.UNKNOWN and not role and not user
    return {
        "arn": who.arn or "PRINCIPAL_ARN",
        "source_arn": own or "PRINCIPAL_ARN",
        "name": who.name or role or user or "PRINCIPAL_NAME",
        "kind": kind.replace("_", " "),
        "account": who.account or (parsed.account if parsed else "") or "ACCOUNT_ID",
        "role_name": role or "ROLE_NAME",
        "user_name": user or "USER_NAME",
        "session_name": who.session_name or (session[2] if session else "") or "SESSION_NAME",
        "is_role": bool(role) or unknown,
        "is_user": bool(user),
        "is_root": kind is PrincipalKind.ROOT,
        "is_service": kind is PrincipalKind.AWS_SERVICE,
        "is_anonymous": kind is PrincipalKind.ANONYMOUS,
        "is_reserved": bool(role) and str(role).startswith("AWSReservedSSO_"),
    }


def _request(denial: Denial) -> dict[str, Any]:
    action = denial.action or "service:Action"
    service, _, operation = action.partition(":")
    return {
        "action": action,
        "service": service,
        "operation": operation or "Action",
        "api_call": denial.api_call or operation or "API_CALL",
        "event_source": denial.event_source or f"{service}.amazonaws.com",
        "region": denial.region or "REGION",
        "time": denial.event_time or "EVENT_TIME",
        "event_id": denial.event_id or "EVENT_ID",
        "source_ip": denial.source_ip or "SOURCE_IP",
        "vpc_endpoint_id": denial.vpc_endpoint_id or "VPC_ENDPOINT_ID",
        "error_code": denial.error_code or "AccessDenied",
        "message": denial.error_message or "MESSAGE",
        "authorization_id": denial.authorization_id or "AUTHORIZATION_ID",
        "encoded_message": bool(denial.encoded_message),
    }


def _resource(denial: Denial) -> dict[str, Any]:
    arn = denial.resource
    parsed = parse_arn(arn)
    bucket = s3_bucket_of(arn)
    account = denial.resource_account or (parsed.account if parsed else "") or "RESOURCE_ACCOUNT_ID"
    key = parsed.resource.partition("/")[2] if parsed and bucket else ""
    is_role = bool(parsed and parsed.service == "iam" and parsed.resource_type == "role")
    region = (parsed.region if parsed else "") or denial.region or "REGION"
    name = parsed.name if parsed else "RESOURCE_NAME"
    return {
        "arn": arn or "RESOURCE_ARN",
        "account": account,
        "service": service_of(arn) or (denial.action or "").partition(":")[0],
        "name": name,
        "id": parsed.resource_id if parsed else "RESOURCE_NAME",
        "bucket": bucket or "BUCKET_NAME",
        "key": key or "OBJECT_KEY",
        "is_bucket": bool(bucket) and not key,
        "kms_key": arn if service_of(arn) == "kms" and arn else "KMS_KEY_ARN",
        "role_name": name if is_role else "TARGET_ROLE_NAME",
        "queue_url": f"https://sqs.{region}.amazonaws.com/{account}/{name}",
    }


def _finding(finding: Finding | None, denial: Denial) -> dict[str, Any]:
    if finding is None:
        return {**dict.fromkeys(("cause", "confidence", "basis", "layer", "decision"), "not known"), "because": ""}
    return {
        "cause": finding.cause,
        "because": finding.because,
        "confidence": finding.confidence.value,
        "basis": phrases.BASIS[finding.basis],
        "layer": phrases.policy_type(finding.policy_type, denial.resource),
        "decision": phrases.DECISION[finding.decision],
    }


def _deciding(finding: Finding | None) -> Statement | None:
    """Return the statement a page is about: the one that decided, else the one that nearly did."""
    if finding is None:
        return None
    if finding.determining:
        return finding.determining[0]
    return finding.near_miss.statement if finding.near_miss else None


def _statement(statement: Statement | None, denial: Denial) -> dict[str, Any]:
    stated = denial.stated_policy_arn
    arn = (statement.policy_arn if statement else None) or (stated if statement is None else None)
    parsed = parse_arn(arn)
    holder = parse_arn(statement.attached_to if statement else None)
    named = statement.policy_name if statement else None
    is_iam_holder = bool(holder and holder.service == "iam" and holder.resource_type in {"role", "user", "group"})
    return {
        "sid": (statement.sid if statement else None) or "STATEMENT_SID",
        "text": statement.text if statement else "",
        "policy_name": named or (parsed.name if parsed else "") or "POLICY_NAME",
        "policy_arn": arn or "POLICY_ARN",
        "policy_id": parsed.name if parsed and parsed.service == "organizations" else "POLICY_ID",
        "attached_to": (statement.attached_to if statement else None) or "TARGET_ARN",
        "holder": holder.resource_type if holder and is_iam_holder else "",
        "holder_name": holder.name if holder and is_iam_holder else "",
        "is_managed": bool(parsed and parsed.service == "iam"),
        "is_inline": bool(named and not arn and is_iam_holder),
    }


def _nearest(diagnosis: Diagnosis, finding: Finding | None) -> NearMiss | None:
    """Return the finding's near miss; for a deny that fired, the step's, which says what would have spared it."""
    if finding is None or finding.near_miss:
        return finding.near_miss if finding else None
    near_misses = (near for step in diagnosis.steps for result in step.policy_types for near in result.near_misses)
    return next((near for near in near_misses if near.statement in finding.determining), None)


def _near_miss(near: NearMiss | None) -> dict[str, Any]:
    if near is None:
        return {"exists": False, "key": "CONDITION_KEY", "required": "not known", "actual": "not known", "hint": ""}
    told = tell_near_miss(near)
    return {"exists": True, "key": told.key, "required": told.required, "actual": told.actual, "hint": told.hint}
