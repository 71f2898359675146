"""CloudTrail's LookupEvents: ninety days of management events, Region by Region, two requests a second.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from troubleshooter.errors import UnreachableError
from troubleshooter.history.timeline import moment
from troubleshooter.model.scan import Problem, ScanFilters

GLOBAL_REGION = "us-east-1"
"""Where global services (IAM, STS, Organizations, CloudFront) log; always asked."""
_PAUSE = 0.5
_PAGE = 50
_TRIES = 6
_SLOW_DOWN = frozenset({"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"})


class LookupClient(Protocol):
    """The part of boto3's CloudTrail client that is used."""

    def lookup_events(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's own shape
        """Return one page."""


MakeClient = Callable[[str], LookupClient]


@dataclass(slots=True, kw_only=True)
class Lookup:
    """Asks the Regions one after the other; ``problems`` names those that could not be asked."""

    make_client: MakeClient
    regions: Sequence[str]
    wait: Callable[[float], None] = time.sleep
    problems: list[Problem] = field(default_factory=list)

    def events(self, filters: ScanFilters) -> Iterator[str]:
        """Yield the JSON text of every event in the filters' window.

        Raises UnreachableError where no Region answers at all.
        """
        asked = list(dict.fromkeys((*self.regions, GLOBAL_REGION)))
        for region in asked:
            try:
                yield from self._region(region, filters)
            except UnreachableError as trouble:
                self.problems.append(Problem(file=f"LookupEvents {region}", reason=str(trouble)))
        if len(self.problems) == len(asked):
            raise UnreachableError(f"LookupEvents could not be asked: {self.problems[0].reason}")

    def _region(self, region: str, filters: ScanFilters) -> Iterator[str]:
        request: dict[str, Any] = {"MaxResults": _PAGE}
        since, until = moment(filters.since), moment(filters.until)
        if since:
            request["StartTime"] = since
        if until:
            request["EndTime"] = until
        client = self._client(region)
        while True:
            page = self._page(client, request)
            for event in page.get("Events", ()):
                text = event.get("CloudTrailEvent")
                if isinstance(text, str):
                    yield text
            token = page.get("NextToken")
            if not token:
                return
            request["NextToken"] = token

    def _client(self, region: str) -> LookupClient:
        from botocore.exceptions import BotoCoreError

        try:
            return self.make_client(region)
        except BotoCoreError as trouble:
            raise UnreachableError(str(trouble)) from trouble

    def _page(self, client: LookupClient, request: dict[str, Any]) -> dict[str, Any]:
        """Ask for one page, no oftener than twice a second, more slowly where AWS says so."""
        from botocore.exceptions import BotoCoreError, ClientError

        pause = _PAUSE
        for attempt in range(_TRIES):
            self.wait(pause)
            try:
                return client.lookup_events(**request)
            except ClientError as trouble:
                code = trouble.response.get("Error", {}).get("Code", "")
                if code not in _SLOW_DOWN or attempt == _TRIES - 1:
                    raise UnreachableError(f"{code or 'refused'}: {trouble}") from trouble
                pause *= 2
            except BotoCoreError as trouble:
                raise UnreachableError(str(trouble)) from trouble
        raise UnreachableError("throttled")


def boto_clients(profile: str | None, endpoint_url: str | None) -> MakeClient:
    """Return what makes a CloudTrail client per Region."""

    def make(region: str) -> LookupClient:
        import boto3

        client: LookupClient = boto3.Session(profile_name=profile).client(
            "cloudtrail", region_name=region, endpoint_url=endpoint_url
        )
        return client

    return make


def default_region(profile: str | None) -> str:
    """Return the profile's Region, else the global one."""
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        return boto3.Session(profile_name=profile).region_name or GLOBAL_REGION
    except BotoCoreError as trouble:
        raise UnreachableError(str(trouble)) from trouble
