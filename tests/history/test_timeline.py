from __future__ import annotations

import pytest

from troubleshooter.history.ranking import ranked_groups
from troubleshooter.history.tally import Tally
from troubleshooter.history.timeline import is_new, moment, normal_time, trend, window_of
from troubleshooter.model.scan import GroupKey, ScanFilters, Window
from troubleshooter.model.vocabulary import PrincipalKind

_DAY = Window(since="2026-03-02T00:00:00Z", until="2026-03-03T00:00:00Z")


def _tally(times: list[str]) -> Tally:
    tally = Tally()
    for number, time in enumerate(times):
        tally.add(f"2026-03-02T{time}:00Z", f"e{number}", "AccessDenied", "1" * 12, "eu-west-1", "10.0.0.1", number)
    return tally


@pytest.mark.parametrize(
    ("first", "window", "expected"),
    [
        ("2026-03-02T05:59:00Z", _DAY, False),
        ("2026-03-02T06:01:00Z", _DAY, True),
        ("2026-03-02T00:30:00Z", Window(since="2026-03-02T00:00:00Z", until="2026-03-02T00:40:00Z"), False),
        ("", _DAY, False),
        ("2026-03-02T06:01:00Z", Window(), False),
    ],
)
def test_new_is_what_the_windows_first_part_does_not_hold(first: str, window: Window, *, expected: bool) -> None:
    assert is_new(first, window) is expected


def test_trends() -> None:
    assert trend(_tally([f"{hour:02d}:10" for hour in range(24)]), _DAY) == "chronic"
    assert trend(_tally(["01:00", "13:00"]), _DAY) == "steady"
    assert trend(_tally(["14:00", "14:01"]), _DAY) == "new"
    assert trend(_tally(["01:00", *[f"23:{minute:02d}" for minute in range(40)]]), _DAY) == "surging"


def test_fresh_incidents_rank_before_noise_then_by_rate_then_by_breadth() -> None:
    def key(name: str) -> GroupKey:
        return GroupKey(principal=name, principal_kind=PrincipalKind.ROLE_SESSION, action="a:B", resource="*")

    broad = _tally([f"14:{minute:02d}" for minute in range(40)])
    broad.accounts |= {"2" * 12, "3" * 12}
    items = [
        (key("noise"), _tally([f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in range(60)])),
        (key("steady"), _tally(["01:00", "13:00"])),
        (key("new, few"), _tally(["14:00", "15:00"])),
        (key("new, many"), _tally([f"14:{minute:02d}" for minute in range(40)])),
        (key("new, many, broad"), broad),
    ]
    ranked = [group.principal for group, _ in ranked_groups(items, _DAY)]
    assert ranked == ["new, many, broad", "new, many", "new, few", "steady", "noise"]


def test_the_window_is_the_filters_else_what_was_seen() -> None:
    tallies = [_tally(["04:00", "09:00"]), _tally(["02:00"]), Tally()]
    assert window_of(tallies, ScanFilters()) == Window(since="2026-03-02T02:00:00Z", until="2026-03-02T09:00:00Z")
    given = ScanFilters(since="2026-03-01T00:00:00Z")
    assert window_of(tallies, given).since == given.since
    assert window_of([], ScanFilters()) == Window()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"),
        ("2026-03-02T12:00:00+02:00", "2026-03-02T10:00:00Z"),
        ("2026-03-02 10:00:00", "2026-03-02T10:00:00Z"),
        ("2026-03-02T10:00:00.123Z", "2026-03-02T10:00:00Z"),
        ("yesterday", ""),
        (None, ""),
    ],
)
def test_times_are_brought_into_one_form(text: str | None, expected: str) -> None:
    assert normal_time(text) == expected
    assert (moment(text) is None) == (not expected)
