"""One read-only AWS API call, declared once: the collectors make it and the printed IAM policy lists it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from troubleshooter.model.vocabulary import PolicyType


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """A call and what it needs.

    ``service`` and ``operation`` are boto3's names, ``actions`` the IAM actions that it needs,
    ``policy_type`` what is unknown when it fails. ``means_none`` are the error codes with which AWS says
    "there is none": only these may become "no policy". ``means_absent`` are those that say that the
    resource itself does not exist. ``items`` is the list that pages hold; ``token`` the request's and the
    answer's page marker where the SDK has no paginator of its own.
    """

    service: str
    operation: str
    actions: tuple[str, ...]
    policy_type: PolicyType
    means_none: frozenset[str] = frozenset()
    means_absent: frozenset[str] = frozenset()
    items: str = ""
    token: tuple[str, str] | None = None

    def __str__(self) -> str:
        """Return ``service:operation`` as the SDK names them."""
        return f"{self.service}:{self.operation}"


def call(
    name: str,
    action: str,
    policy_type: PolicyType = PolicyType.RESOURCE,
    *,
    none: Sequence[str] = (),
    absent: Sequence[str] = (),
    items: str = "",
    token: tuple[str, str] | None = None,
) -> ApiCall:
    """Declare a call in one line: ``call("sqs.get_queue_url", "sqs:GetQueueUrl", absent=(...))``."""
    service, _, operation = name.partition(".")
    return ApiCall(
        service=service,
        operation=operation,
        actions=tuple(action.split()),
        policy_type=policy_type,
        means_none=frozenset(none),
        means_absent=frozenset(absent),
        items=items,
        token=token,
    )


class State(Enum):
    """How a read ended: with a value, with "there is none", or unread (a gap says why)."""

    READ = "read"
    NONE = "none"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one read gave. ``value`` is the response; ``items`` the merged list of all its pages."""

    state: State
    value: Mapping[str, Any] = field(default_factory=dict)
    items: tuple[dict[str, Any], ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """True where AWS answered, be it that there is none."""
        return self.state is not State.UNREAD

    @property
    def read(self) -> bool:
        """True where there is a value."""
        return self.state is State.READ

    def get(self, *path: str) -> Any:  # noqa: ANN401 - JSON
        """Return the value at a path of keys, or None."""
        found: Any = self.value
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found


UNREAD = Answer(state=State.UNREAD)
NONE = Answer(state=State.NONE)
