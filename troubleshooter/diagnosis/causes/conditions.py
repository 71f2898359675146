"""Causes that name a layer by the condition key on which its answer turned."""

from __future__ import annotations

from collections.abc import Callable

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import denies, does_not_allow


def condition_cause(
    identifier: str,
    *,
    title: str,
    source_url: str,
    keys: Callable[[str], bool],
    fits: Callable[[Blocked], bool] = lambda _: True,
    advice: str = "",
) -> Cause:
    """Return the cause of layers that turn on a key for which ``keys`` (given it in lowercase) is true.

    ``advice`` is a closing sentence: what the key means for whoever is on call.
    """

    def explain(blocked: Blocked) -> str | None:
        if not fits(blocked) or not any(keys(key) for key in blocked.condition_keys()):
            return None
        because = denies(blocked) if blocked.explicit else does_not_allow(blocked)
        return f"{because} {advice}".strip()

    return Cause(id=identifier, title=title, source_url=source_url, explain=explain, keys=keys)
