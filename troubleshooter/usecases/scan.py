"""Scan many records: count, group and rank the denials, look at what happened around them, diagnose the top groups."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from troubleshooter.errors import UnreachableError
from troubleshooter.history.ranking import ranked_groups
from troubleshooter.history.sessions import access_key_of, with_session
from troubleshooter.history.suspects import suspects
from troubleshooter.history.timeline import window_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis, PolicyChangeEvent
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.scan import Group, GroupKey, ScanFilters, Totals
from troubleshooter.model.scan import ScanResult as PlainScanResult
from troubleshooter.usecases.file_scan import Part
from troubleshooter.usecases.group_keys import denial_of, without_message
from troubleshooter.usecases.history_pass import Answers, Call, Question
from troubleshooter.usecases.origins import FileOrigin, Origin, Progress, Tell

if TYPE_CHECKING:
    import pandas as pd

EvidenceFor = Callable[[Denial], Evidence]
TOP = 50
_AT_ONCE = 8
_MOST_CHANGES = 50


class ScanResult(PlainScanResult):
    """What a scan found, with its groups as a table."""

    def to_pandas(self) -> pd.DataFrame:
        """Return one row per group; times are UTC datetimes, counts integers, names categories, lists stay lists."""
        from troubleshooter.reports.scan_frame import to_frame

        return to_frame(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """``top`` groups are diagnosed with the evidence that ``evidence_for`` gives; ``parallel``: it waits for AWS."""

    filters: ScanFilters = field(default_factory=ScanFilters)
    top: int = TOP
    diagnose: bool = True
    evidence_for: EvidenceFor = lambda _: Evidence()
    parallel: bool = False


def scan(
    source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    evidence: Evidence | EvidenceFor | None = None,
    filters: ScanFilters | None = None,
    top: int = TOP,
    diagnose: bool = True,
    jobs: int | None = None,
    strict: bool = False,
) -> ScanResult:
    """Return what the log files at ``source`` (a path or several) say.

    ``evidence`` is what is known of the policies in force (see ``load_snapshot``), or a function that gets it per
    denial. Raises UnreadableInputError where a path does not exist.
    """
    given = [source] if isinstance(source, str | os.PathLike) else list(source)
    known = evidence if isinstance(evidence, Evidence) else Evidence()
    options = ScanOptions(
        filters=filters or ScanFilters(),
        top=top,
        diagnose=diagnose,
        evidence_for=evidence if callable(evidence) else lambda _: known,
    )
    return run_scan(FileOrigin([os.fspath(path) for path in given], jobs=jobs, strict=strict), options)


def run_scan(origin: Origin, options: ScanOptions, tell: Tell = lambda _: None) -> ScanResult:
    """Return what ``origin`` holds; Ctrl-C while counting gives what was counted so far, undiagnosed."""
    with closing(origin):
        return _scanned(origin, options, tell)


def _scanned(origin: Origin, options: ScanOptions, tell: Tell) -> ScanResult:
    part = origin.count(options.filters, tell)
    items = list(part.ledger.items())
    window = window_of((tally for _, tally in items), options.filters)
    ranked = ranked_groups(items, window)
    listed = ranked[: options.filters.limit]
    top = options.top if options.diagnose and not part.interrupted else 0
    groups = [*(_with_sample(*item) for item in listed[:top]), *(group for group, _ in listed[top:])]
    result = ScanResult(
        source=origin.label,
        window=window,
        totals=_totals(part, len(ranked)),
        groups=tuple(groups),
        problems=tuple(part.problems),
        notes=tuple(part.notes),
        interrupted=part.interrupted,
    )
    if not top or not groups:
        return result
    return _diagnosed(result, origin, options, tell)


def _with_sample(group: Group, sample: object) -> Group:
    return replace(group, sample=denial_of(sample)) if isinstance(sample, bytes) else group


def _totals(part: Part, groups: int) -> Totals:
    return Totals(
        files=part.files,
        bytes=part.bytes,
        events=part.events,
        denials=part.denials,
        groups=groups,
        unreadable=part.unreadable,
    )


def _diagnosed(result: ScanResult, origin: Origin, options: ScanOptions, tell: Tell) -> ScanResult:
    top, rest = result.groups[: options.top], result.groups[options.top :]
    answers = origin.look_back(_question(top), tell)
    troubles: list[str] = []

    def work(numbered: tuple[int, Group]) -> Group:
        tell(Progress(stage="diagnosing", done=numbered[0], size=len(top), denials=result.totals.denials))
        return _diagnose(numbered[1], answers, options, troubles)

    done: list[Group] = []
    interrupted = False
    try:
        done.extend(_mapped(work, list(enumerate(top)), parallel=options.parallel))
    except KeyboardInterrupt:
        interrupted = True
    groups = (*done, *top[len(done) :], *rest)
    return replace(
        result,
        groups=groups,
        changes=_changes(groups),
        notes=(*result.notes, *sorted(set(troubles))),
        interrupted=interrupted,
    )


def _mapped(
    work: Callable[[tuple[int, Group]], Group], items: Sequence[tuple[int, Group]], *, parallel: bool
) -> Iterable[Group]:
    if not parallel:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            yield from pool.map(work, items)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _question(groups: Sequence[Group]) -> Question:
    keys = {key for group in groups if group.sample and (key := access_key_of(group.sample))}
    return Question(
        calls=tuple(call for group in groups if (call := _call(group))),
        access_keys=frozenset(keys),
        until=max((group.last_seen for group in groups if group.last_seen), default=None),
    )


def _call(group: Group) -> Call | None:
    raw = group.sample.raw if group.sample else None
    name, key = (raw.get("eventName"), without_message(raw)) if raw else (None, None)
    if key is None or not isinstance(name, str):
        return None
    if group.resource and group.resource.endswith("/*"):
        key = replace(key, resource=group.resource)
    return Call(key=key, event_name=name, group=_key(group))


def _key(group: Group) -> GroupKey:
    return GroupKey(
        principal=group.principal, principal_kind=group.principal_kind, action=group.action, resource=group.resource
    )


def _diagnose(group: Group, answers: Answers, options: ScanOptions, troubles: list[str]) -> Group:
    denial = group.sample
    if denial is None:
        return group
    try:
        evidence = options.evidence_for(denial)
    except UnreachableError as trouble:
        troubles.append(f"evidence could not be read from AWS: {trouble}")
        evidence = Evidence()
    session = answers.sessions.get(access_key_of(denial) or "")
    if session is not None:
        evidence = with_session(evidence, denial, session)
    from troubleshooter.pipeline import diagnose

    diagnosis = diagnose(denial, evidence)
    changes = suspects(denial, group.first_seen, answers.writes.values(), _related(diagnosis))
    return replace(
        group,
        finding=next(iter(diagnosis.findings), None),
        diagnosis=replace(diagnosis, changes=changes),
        changes=changes,
        last_success=answers.successes.get(_key(group)),
    )


def _related(diagnosis: Diagnosis) -> set[str]:
    """Return the ARNs of policies and of what carries them that the findings name."""
    statements = [
        statement
        for finding in diagnosis.findings
        for statement in (*finding.determining, *((finding.near_miss.statement,) if finding.near_miss else ()))
    ]
    return {arn for item in statements for arn in (item.policy_arn, item.attached_to) if arn}


def _changes(groups: Iterable[Group]) -> tuple[PolicyChangeEvent, ...]:
    """Return every group's suspects once each, closest to a first denial first."""
    found: dict[tuple[str | None, str], PolicyChangeEvent] = {}
    for group in groups:
        for change in group.changes:
            known = found.get((change.event_id, change.api_call))
            if known is None or _minutes(change) < _minutes(known):
                found[change.event_id, change.api_call] = change
    return tuple(sorted(found.values(), key=_minutes)[:_MOST_CHANGES])


def _minutes(change: PolicyChangeEvent) -> float:
    return change.minutes_before_first_denial if change.minutes_before_first_denial is not None else float("inf")
