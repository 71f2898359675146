"""API call -> IAM action, by layers.

1. the action the message states (the caller of this module passes it by); 2. calls whose action has another
name, some depending on a parameter; 3. API Gateway's verbs; 4. the same name under the service's prefix,
checked against AWS's list; 5. the same name, unverified.
"""

from __future__ import annotations

from dataclasses import dataclass

from troubleshooter.denials.fields import Object, lowered
from troubleshooter.reference.actions import lookup
from troubleshooter.reference.api_calls import NO_PERMISSION_NEEDED, actions_of_call, prefix_of, undated

_SUFFIXES = (".amazonaws.com.cn", ".amazonaws.com", ".aws.internal", ".amazonaws.eu", ".c2s.ic.gov", ".sc2s.sgov.gov")
_VERSIONED = frozenset({
    "getobject", "getobjectacl", "getobjecttagging", "getobjectattributes", "deleteobject", "deleteobjecttagging",
    "putobjectacl", "putobjecttagging",
})  # fmt: skip
_GATEWAY_VERBS = (
    (("get", "list", "export", "test"), "GET"),
    (("create", "import", "generate", "flush"), "POST"),
    (("update", "put", "tag"), "PATCH"),
    (("delete", "untag", "reject", "reset"), "DELETE"),
)
_GATEWAY_EXCEPTIONS = {
    "putgatewayresponse": "PUT", "putintegration": "PUT", "putintegrationresponse": "PUT", "putmethod": "PUT",
    "putmethodresponse": "PUT", "putrestapi": "PUT", "importdocumentationparts": "PUT", "reimportapi": "PUT",
    "tagresource": "PUT", "testinvokeauthorizer": "POST", "testinvokemethod": "POST", "flushstagecache": "DELETE",
    "flushstageauthorizerscache": "DELETE",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedAction:
    """An IAM action, the further ones the call needs, and how it was found."""

    action: str
    also: tuple[str, ...] = ()
    how: str
    verified: bool = True


def service_of_source(event_source: str | None) -> str:
    """Return the IAM prefix for an event source such as ``monitoring.amazonaws.com``."""
    name = (event_source or "").lower()
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return prefix_of(name)


def action_of_call(service: str, operation: str, parameters: Object | None = None) -> ResolvedAction | None:
    """Return the IAM action that authorizes an API call; None where nothing is known of the service.

    ``service`` is an IAM prefix, ``operation`` the API or event name (a date suffix is dropped),
    ``parameters`` the request parameters, which decide some S3 actions.
    """
    name = undated(operation.strip())
    if not service or not name:
        return None
    renamed = _by_parameters(service, name.lower(), lowered(parameters or {})) or actions_of_call(service, name)
    if renamed:
        return ResolvedAction(action=renamed[0], also=renamed[1:], how="API call with another action name")
    if service in {"apigateway", "apigatewayv2"}:
        return ResolvedAction(action=f"apigateway:{_verb(name)}", how="API Gateway's HTTP verb")
    info = lookup(f"{service}:{name}") or lookup(f"{service}:{operation.strip()}")
    if info:
        return ResolvedAction(action=info.name, how="API call of the same name")
    governed = f"{service}:{name}".lower() not in NO_PERMISSION_NEEDED
    how = "API call; AWS's list has no such action" if governed else "API call that no policy governs"
    return ResolvedAction(action=f"{service}:{name}", how=how, verified=False)


def _by_parameters(service: str, name: str, parameters: Object) -> tuple[str, ...]:
    """Return S3's actions that depend on a parameter.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    """
    if service != "s3":
        return ()
    if name in _VERSIONED and parameters.get("versionid"):
        info = lookup(f"s3:{name}")
        canonical = info.name if info else f"s3:{name}"
        return (
            (canonical.replace("Object", "ObjectVersion", 1),)
            if name != "deleteobject"
            else ("s3:DeleteObjectVersion",)
        )
    if name == "putobject" and parameters.get("x-amz-copy-source"):
        return ("s3:PutObject", "s3:GetObject")
    return ()


def _verb(name: str) -> str:
    lowered_name = name.lower()
    if lowered_name in _GATEWAY_EXCEPTIONS:
        return _GATEWAY_EXCEPTIONS[lowered_name]
    return next((verb for starts, verb in _GATEWAY_VERBS if lowered_name.startswith(starts)), "POST")
