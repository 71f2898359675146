"""What every kind of request behind a call shares: its shape, and how its context follows from the caller's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A request that AWS makes behind the call; see ``Judgement`` for ``role``, ``why`` and ``surely``."""

    request: Request
    role: str
    why: str
    surely: bool = True


FindBehind = Callable[[Denial, Request, Evidence], Iterable[Behind]]

_OF_THE_ENDPOINT = ("aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")
_OF_THE_CONNECTION = ("aws:sourceip", *_OF_THE_ENDPOINT)
_OF_THE_RESOURCE = ("aws:resourcetag/", "aws:requesttag/", "aws:tagkeys", "aws:resourceaccount", "aws:resourceorg")


def parameters(denial: Denial) -> Mapping[str, object]:
    """Return the event's request parameters, empty where the input holds none."""
    found = (denial.raw or {}).get("requestParameters")
    return found if isinstance(found, Mapping) else {}


def text_at(record: Mapping[str, object], *path: str) -> str | None:
    """Return the non-empty string at a path of keys (any case) of nested objects, else None."""
    value: object = record
    for step in path:
        if not isinstance(value, Mapping):
            return None
        value = next((item for key, item in value.items() if key.lower() == step.lower()), None)
    return value if isinstance(value, str) and value else None


def follow_up(
    request: Request,
    *,
    action: str,
    resource: str,
    resource_account: str | None,
    context: Mapping[str, tuple[str, ...]] | None = None,
    by_service: bool = False,
    same_service: bool = False,
) -> Request:
    """Return the request behind ``request``: the same caller, another action and resource.

    The caller's own keys carry over; keys of the first resource do not, nor those of the first service
    unless it is the ``same_service``. In a forward access session (``by_service``) the connection is the
    service's own: no VPC endpoint of the caller's, an address that is not known
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html).
    """
    dropped = (*_OF_THE_RESOURCE, *(_OF_THE_CONNECTION if by_service else ()))

    def carries_over(key: str) -> bool:
        return (same_service or key.startswith("aws:")) and not key.startswith(dropped)

    kept = {key: values for key, values in request.context.items() if carries_over(key.lower())}
    service = {"aws:ViaAWSService": ("true",)} if by_service else {}
    added = {**service, **(context or {})}
    lowered = {key.lower() for key in added}
    return replace(
        request,
        action=action,
        resource=resource,
        resource_account=resource_account,
        context={**{key: values for key, values in kept.items() if key.lower() not in lowered}, **added},
        absent_keys=frozenset(key for key in request.absent_keys if carries_over(key) and key not in lowered)
        | frozenset(_OF_THE_ENDPOINT if by_service else ()),
    )
