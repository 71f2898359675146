"""A resource ARN -> the ARNs under which its resource-based policy, tags and owner may be listed.

Which services have resource-based policies:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from troubleshooter.model.arn import Arn, parse_arn

_ALWAYS = {
    "s3": (),
    "s3express": (),
    "kms": ("key",),
    "sqs": (),
    "sns": (),
    "secretsmanager": ("secret",),
    "lambda": ("function", "layer"),
    "ecr": ("repository",),
    "dynamodb": ("table",),
    "kinesis": ("stream",),
    "es": ("domain",),
    "backup": ("backup-vault",),
    "codeartifact": ("domain", "repository"),
    "elasticfilesystem": ("file-system",),
    "execute-api": (),
    "s3tables": ("bucket",),
}
"""Resource types whose policy is worth reading before a verdict: service -> types, ``()`` for all."""

_REPOSITORY_DEPTH = 2

_SECRET_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")


def has_resource_policy(resource: str) -> bool:
    """Return whether a policy on this resource can allow or deny its ordinary callers.

    Services whose policies serve only other services' deliveries (CloudWatch Logs, for one) say False: where
    such a policy was read it still counts, where it was not it is no gap worth an unknown verdict.
    """
    arn = parse_arn(resource)
    if arn is None or arn.service not in _ALWAYS or "*" in resource.partition("/")[0]:
        return False
    types = _ALWAYS[arn.service]
    return not types or arn.resource_type in types


def listing_keys(resource: str) -> tuple[str, ...]:
    """Return the ARNs to look for, most exact first: the resource itself, then what its policy is attached to."""
    arn = parse_arn(resource)
    if arn is None:
        return (resource,)
    parents = _PARENTS.get(arn.service)
    return tuple(dict.fromkeys((resource, *(parents(arn) if parents else ()))))


def find_key(resource: str, listed: Mapping[str, object] | None) -> str | None:
    """Return the first of the resource's keys that the mapping ``listed`` has, else None."""
    if not listed:
        return None
    found = next((key for key in listing_keys(resource) if key in listed), None)
    return found or _partial_secret(resource, listed)


def _partial_secret(resource: str, listed: Mapping[str, object]) -> str | None:
    """Match a secret named without the six characters that AWS appends, where that names one secret.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
    """
    arn = parse_arn(resource)
    if arn is None or arn.service != "secretsmanager":
        return None
    names = [key for key in listed if key.startswith(resource) and _SECRET_SUFFIX.sub("", key) == resource]
    return names[0] if len(names) == 1 else None


def _with(arn: Arn, resource: str) -> str:
    return f"arn:{arn.partition}:{arn.service}:{arn.region}:{arn.account}:{resource}"


def _s3(arn: Arn) -> tuple[str, ...]:
    """Lead from an object to its bucket, or to its access point."""
    if arn.resource.startswith("accesspoint/"):
        return (_with(arn, "/".join(arn.resource.split("/")[:2])),)
    return (_with(arn, arn.resource.split("/", 1)[0]),)


def _dynamodb(arn: Arn) -> tuple[str, ...]:
    """Lead from an index (``table/<name>/index/<name>``) or stream to its table."""
    return (_with(arn, "/".join(arn.resource.split("/")[:2])),)


def _lambda(arn: Arn) -> tuple[str, ...]:
    """Lead from ``function:<name>:<alias or version>``, which may have its own policy, to the function."""
    return (_with(arn, ":".join(arn.resource.split(":")[:2])),)


def _sns(arn: Arn) -> tuple[str, ...]:
    """Lead from a subscription (``<topic>:<id>``) to its topic."""
    return (_with(arn, arn.resource.split(":", 1)[0]),)


def _logs(arn: Arn) -> tuple[str, ...]:
    """Lead from a log stream to its group, which is written with and without ``:*``."""
    group = re.split(r":(?:\*$|log-stream:)", arn.resource)[0]
    return (_with(arn, group), _with(arn, f"{group}:*"))


def _kinesis(arn: Arn) -> tuple[str, ...]:
    """Lead from a consumer (``stream/<name>/consumer/…``) to its stream."""
    return (_with(arn, "/".join(arn.resource.split("/")[:2])),)


def _glue(arn: Arn) -> tuple[str, ...]:
    """Lead to the Data Catalog, whose one policy serves an account and Region."""
    return (_with(arn, "catalog"),)


def _execute_api(arn: Arn) -> tuple[str, ...]:
    """Lead from a method (``<api>/<stage>/<verb>/<path>``) to its API."""
    api = arn.resource.split("/", 1)[0]
    return (
        _with(arn, api),
        f"arn:{arn.partition}:apigateway:{arn.region}::/restapis/{api}",
        f"arn:{arn.partition}:apigateway:{arn.region}:{arn.account}:/restapis/{api}",
    )


def _domain(arn: Arn) -> tuple[str, ...]:
    """Lead from a path under an OpenSearch domain to the domain."""
    return (_with(arn, "/".join(arn.resource.split("/")[:2])),)


def _codeartifact(arn: Arn) -> tuple[str, ...]:
    """Lead from a package (``package/<domain>/<repository>/…``) to its repository."""
    parts = arn.resource.split("/")
    named = len(parts) > _REPOSITORY_DEPTH and parts[0] == "package"
    return (_with(arn, f"repository/{parts[1]}/{parts[2]}"),) if named else ()


def _kafka(arn: Arn) -> tuple[str, ...]:
    """Lead from a topic, group or transaction (``topic/<cluster>/<uuid>/…``) to its cluster."""
    parts = arn.resource.split("/")
    named = len(parts) > _REPOSITORY_DEPTH and parts[0] in {"topic", "group", "transactional-id"}
    return (_with(arn, f"cluster/{parts[1]}/{parts[2]}"),) if named else ()


def _events(arn: Arn) -> tuple[str, ...]:
    """Lead from a rule (``rule/<bus>/<name>``, or ``rule/<name>`` on the default bus) to its bus."""
    parts = arn.resource.split("/")
    if parts[0] != "rule":
        return ()
    return (_with(arn, f"event-bus/{parts[1] if len(parts) > _REPOSITORY_DEPTH else 'default'}"),)


_PARENTS = {
    "codeartifact": _codeartifact,
    "kafka": _kafka,
    "events": _events,
    "s3": _s3,
    "s3express": _s3,
    "s3-object-lambda": _s3,
    "dynamodb": _dynamodb,
    "lambda": _lambda,
    "sns": _sns,
    "logs": _logs,
    "kinesis": _kinesis,
    "glue": _glue,
    "execute-api": _execute_api,
    "es": _domain,
}
