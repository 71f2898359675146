from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from troubleshooter.errors import UnreachableError
from troubleshooter.model.scan import ScanFilters
from troubleshooter.sources.lookup_events import Lookup


def _throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "LookupEvents")


class _Client:
    def __init__(self, pages: list[Any]) -> None:
        self.pages = pages
        self.requests: list[dict[str, Any]] = []

    def lookup_events(self, **request: Any) -> dict[str, Any]:
        self.requests.append(dict(request))
        page = self.pages.pop(0)
        if isinstance(page, Exception):
            raise page
        return dict(page)


def _page(*ids: str, token: str | None = None) -> dict[str, Any]:
    events = [{"EventId": name, "CloudTrailEvent": json.dumps({"eventID": name})} for name in ids]
    return {"Events": events, **({"NextToken": token} if token else {})}


def _lookup(clients: dict[str, _Client], regions: tuple[str, ...]) -> tuple[Lookup, list[float]]:
    waits: list[float] = []
    make: Callable[[str], _Client] = clients.__getitem__
    return Lookup(make_client=make, regions=regions, wait=waits.append), waits


def test_every_page_of_every_region_and_the_global_one() -> None:
    clients = {"eu-west-1": _Client([_page("a", "b", token="t"), _page("c")]), "us-east-1": _Client([_page("d")])}
    lookup, waits = _lookup(clients, ("eu-west-1",))
    filters = ScanFilters(since="2026-03-01T00:00:00Z", until="2026-03-02T00:00:00Z")
    assert [json.loads(text)["eventID"] for text in lookup.events(filters)] == ["a", "b", "c", "d"]
    first, second = clients["eu-west-1"].requests
    assert first == {
        "MaxResults": 50,
        "StartTime": dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
        "EndTime": dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
    }
    assert second["NextToken"] == "t"
    assert waits == [0.5, 0.5, 0.5]


def test_throttling_is_waited_out() -> None:
    clients = {"us-east-1": _Client([_throttled(), _throttled(), _page("a")])}
    lookup, waits = _lookup(clients, ())
    assert len(list(lookup.events(ScanFilters()))) == 1
    assert waits == [0.5, 1.0, 2.0]


def test_a_region_that_refuses_is_a_problem_the_others_are_read() -> None:
    refused = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "LookupEvents")
    clients = {"eu-west-1": _Client([refused]), "us-east-1": _Client([_page("a")])}
    lookup, _ = _lookup(clients, ("eu-west-1",))
    assert len(list(lookup.events(ScanFilters()))) == 1
    assert lookup.problems[0].file == "LookupEvents eu-west-1"
    assert "AccessDeniedException" in lookup.problems[0].reason


@pytest.mark.parametrize("trouble", [EndpointConnectionError(endpoint_url="http://x"), *[_throttled()] * 1])
def test_nothing_reached_is_an_error(trouble: Exception) -> None:
    lookup, _ = _lookup({"us-east-1": _Client([trouble] * 6)}, ())
    with pytest.raises(UnreachableError):
        list(lookup.events(ScanFilters()))
