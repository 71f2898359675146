"""Makes declared calls in one account and Region; every failure becomes a gap that names the permission."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from troubleshooter.evidence.access import Access, RoleRefusedError
from troubleshooter.evidence.api import NONE, UNREAD, Answer, ApiCall, State
from troubleshooter.evidence.plain_json import plain
from troubleshooter.evidence.store import EvidenceStore
from troubleshooter.evidence.trouble import Kind, Trouble, classify
from troubleshooter.model.evidence import Gap
from troubleshooter.model.vocabulary import PolicyType

_MOST_PAGES = 2_000


@dataclass(frozen=True, slots=True)
class Reader:
    """One account's and one Region's door to AWS. ``quiet`` readers probe: their failures leave no gap."""

    access: Access
    store: EvidenceStore
    account: str
    region: str
    quiet: bool = False

    def at(self, region: str | None) -> Reader:
        """Return the same reader for another Region (the same one for None or "")."""
        return replace(self, region=region) if region else self

    def probing(self) -> Reader:
        """Return a reader whose failures leave no gap."""
        return replace(self, quiet=True)

    def read(self, call: ApiCall, scope: str, **parameters: object) -> Answer:
        """Make one call; ``scope`` is the ARN (or id) of what it reads, for the gap.

        READ with the response, NONE where AWS said there is none, UNREAD after anything else.
        """
        started = time.perf_counter()
        try:
            self._check_time()
            response = self._method(call)(**parameters)
        except Exception as error:  # noqa: BLE001 - whatever fails is a gap, never "no policy"
            return self._failed(call, scope, error, started)
        self._tell(call, started, "ok")
        return Answer(state=State.READ, value=plain(response))

    def read_all(self, call: ApiCall, scope: str, **parameters: object) -> Answer:
        """Read every page of a list; one page that fails makes the whole list unread, never shorter."""
        started = time.perf_counter()
        found: list[Any] = []
        try:
            for page in self._pages(call, parameters):
                self._tell(call, started, f"ok, page with {len(page.get(call.items) or ())}")
                found.extend(plain(page.get(call.items) or []))
                started = time.perf_counter()
        except Exception as error:  # noqa: BLE001 - as above
            return self._failed(call, scope, error, started, pages=bool(found))
        return Answer(
            state=State.READ,
            items=tuple(item for item in found if isinstance(item, dict)),
            texts=tuple(item for item in found if isinstance(item, str)),
        )

    def pages(self, call: ApiCall, scope: str, **parameters: object) -> Iterator[Answer]:
        """Yield every page as it comes; a page that fails yields one UNREAD answer and ends."""
        started = time.perf_counter()
        count = 0
        try:
            for page in self._pages(call, parameters):
                self._tell(call, started, "ok")
                count += 1
                yield Answer(state=State.READ, value=plain(page))
                started = time.perf_counter()
        except Exception as error:  # noqa: BLE001 - as above
            yield self._failed(call, scope, error, started, pages=count > 0)

    def gap(self, policy_type: PolicyType | str, scope: str, reason: str, remedy: str) -> None:
        """Keep a gap."""
        if not self.quiet:
            self.store.gap(Gap(policy_type=str(policy_type), scope=scope, reason=reason, remedy=remedy))

    def _method(self, call: ApiCall) -> Any:  # noqa: ANN401 - SDK methods are made at run time
        client = self.access.client(call.service, self.account, self.region)
        if not hasattr(client, call.operation):
            raise NotImplementedError(f"the installed AWS SDK has no {call}")
        return getattr(client, call.operation)

    def _check_time(self) -> None:
        if self.access.time_left <= 0:
            raise TimeoutError("the time for all reading was up")

    def _pages(self, call: ApiCall, parameters: dict[str, object]) -> Iterator[dict[str, Any]]:
        method = self._method(call)
        client = method.__self__
        if call.token is None and client.can_paginate(call.operation):
            for page in client.get_paginator(call.operation).paginate(**parameters):
                yield page
                self._check_time()
            return
        yield from self._pages_by_token(method, call.token, parameters)

    def _pages_by_token(
        self,
        method: Any,  # noqa: ANN401 - SDK methods are made at run time
        token: tuple[str, str] | None,
        parameters: dict[str, object],
    ) -> Iterator[dict[str, Any]]:
        given, answered = token or ("", "")
        marker: object = None
        for _ in range(_MOST_PAGES):
            self._check_time()
            page = method(**parameters, **({given: marker} if marker else {}))
            yield page
            following = page.get(answered) if answered else None
            if not following:
                return
            if following == marker:
                break
            marker = following
        raise RuntimeError("AWS kept answering with the same page")

    def _failed(self, call: ApiCall, scope: str, error: Exception, started: float, *, pages: bool = False) -> Answer:
        trouble = self._trouble(call, error)
        failed = replace(UNREAD, value={"Code": trouble.code, "Kind": trouble.kind.value, "Text": trouble.text})
        self._tell(call, started, trouble.kind.value + (f" ({trouble.code})" if trouble.code else ""))
        if trouble.kind is Kind.NONE:
            return replace(NONE, value={"Code": trouble.code, "Text": trouble.text})
        if isinstance(error, RoleRefusedError):
            self.gap(call.policy_type, scope, str(error), f"allow sts:AssumeRole on {error.role}, in both accounts")
        else:
            self.keep_failure(call, scope, failed, pages=pages)
        return failed

    def keep_failure(self, call: ApiCall, scope: str, failed: Answer, *, pages: bool = False) -> None:
        """Keep the gap of an unread answer (of a probing reader, whose gap was held back)."""
        trouble = Trouble(kind=Kind(failed.get("Kind")), code=failed.get("Code"), text=failed.get("Text"))
        after = " after the first page" if pages else ""
        self.gap(call.policy_type, scope, *_words(call, scope, trouble, after=after, region=self.region))

    @staticmethod
    def _trouble(call: ApiCall, error: Exception) -> Trouble:
        trouble = classify(error)
        if trouble.code in call.means_none:
            return replace(trouble, kind=Kind.NONE)
        if trouble.code in call.means_absent:
            return replace(trouble, kind=Kind.ABSENT)
        return trouble

    def _tell(self, call: ApiCall, started: float, outcome: str) -> None:
        self.access.tell(str(call), self.account, self.region, started, outcome)


def _words(call: ApiCall, scope: str, trouble: Trouble, *, after: str, region: str) -> tuple[str, str]:
    """Return a gap's reason and remedy; the remedy always names the permission."""
    actions = " and ".join(call.actions)
    allow = f"allow {actions} on {scope}"
    said = f": {trouble.text}" if trouble.text else ""
    code = f" ({trouble.code})" if trouble.code else ""
    texts = {
        Kind.DENIED: (f"{actions} was refused{after}{code}{said}", allow),
        Kind.ABSENT: (
            f"{scope} was not found{code}",
            f"check its name, account and Region ({region}); then {allow}",
        ),
        Kind.THROTTLED: (
            f"AWS throttled {actions}{after}, also when asked again{code}",
            f"run it again later; {allow}",
        ),
        Kind.TIMEOUT: (f"no answer to {actions} in time{after}", f"run it again with a longer --timeout; {allow}"),
        Kind.UNREACHABLE: (
            f"{call.service} in {region} could not be reached{after}{said}",
            f"check --region, --endpoint-url and the network; {allow}",
        ),
        Kind.CREDENTIALS: (f"AWS did not accept the credentials for {actions} in {region}{code}{said}", allow),
        Kind.NOT_ENABLED: (
            f"{call.service} or the Region {region} is not enabled in this account{code}",
            f"enable it or name another --region; {allow}",
        ),
        Kind.UNSUPPORTED: (f"{call} is not available here{code}", f"update boto3, or check --region; {allow}"),
    }
    return texts.get(trouble.kind, (f"{actions} failed{after}{code}{said}", allow))
