"""What a set of united policies says about one request: the denies that fire, the allows that match."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from troubleshooter.engine.principals import ACCOUNT, DIRECT, LIMITED, MAYBE
from troubleshooter.engine.truth import NO, UNKNOWN, YES
from troubleshooter.model.policy import Statement


class Deciding(Protocol):
    """A statement, or what acts like one (a KMS grant)."""

    denies: bool
    order: int

    @property
    def shown(self) -> Statement:
        """Its form in the contract."""


Matched = tuple[Deciding, int, int]
"""(statement, in which ways it names the caller, YES or UNKNOWN)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One layer's (or organization level's) answer.

    ``direct``, ``limited`` and ``account`` say how the matching allows name the caller (see ``principals``);
    policies without Principal allow directly. ``unsure`` are the statements whose match is not known.
    """

    deny: int = NO
    direct: int = NO
    limited: int = NO
    account: int = NO
    fired: tuple[Deciding, ...] = ()
    granted: tuple[Deciding, ...] = ()
    unsure: tuple[Deciding, ...] = ()

    @property
    def allow(self) -> int:
        """Whether anything allows, however the caller is named."""
        return max(self.direct, self.limited, self.account)


EMPTY = Outcome()


def outcome_of(matched: Iterable[Matched], *, unread: bool = False) -> Outcome:
    """Return the outcome of the statements that match, or may match.

    ``unread`` says that some of the layer's policies are missing: whatever was not found there is unknown.
    """
    deny = UNKNOWN if unread else NO
    truths = {DIRECT: UNKNOWN if unread else NO, LIMITED: NO, ACCOUNT: NO}
    fired, granted, unsure = [], [], []
    for statement, ways, found in sorted(matched, key=lambda item: item[0].order):
        if found == UNKNOWN:
            unsure.append(statement)
        elif statement.denies:
            fired.append(statement)
        else:
            granted.append(statement)
        if statement.denies:
            deny = max(deny, found)
            continue
        for way in (DIRECT, LIMITED, ACCOUNT):
            if ways & way or (way == DIRECT and ways == MAYBE):
                truths[way] = max(truths[way], found)
    return Outcome(
        deny=deny,
        direct=truths[DIRECT],
        limited=truths[LIMITED],
        account=truths[ACCOUNT],
        fired=tuple(fired),
        granted=tuple(granted),
        unsure=tuple(unsure),
    )


def united(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of several that are asked one after the other: any deny denies, all have to allow."""
    given = tuple(outcomes)
    return Outcome(
        deny=max((item.deny for item in given), default=NO),
        direct=min((item.allow for item in given), default=YES),
        fired=tuple(statement for item in given for statement in item.fired),
        granted=tuple(statement for item in given for statement in item.granted),
        unsure=tuple(statement for item in given for statement in item.unsure),
    )
