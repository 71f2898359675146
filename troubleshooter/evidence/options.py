"""What reading from AWS may do: which credentials, where, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

CALL_TIMEOUT = 15.0
"""Seconds that one HTTP answer may take; never more than the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """Credentials, place and limits of live evidence.

    ``assume_role`` are role ARNs to read their accounts with. ``timeout`` bounds all reading together,
    in seconds. ``on_call`` gets one line per API call (no parameter of it, no credential).
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    assume_role: tuple[str, ...] = ()
    timeout: float = 60.0
    workers: int = 8
    on_call: Callable[[str], None] | None = None

    @property
    def call_timeout(self) -> float:
        """Seconds that one answer may take."""
        return min(CALL_TIMEOUT, self.timeout)
