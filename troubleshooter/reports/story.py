"""What a diagnosis says, in the order a reader needs it, before any form of report dresses it.

Every report renders a ``Story``, so that all say the same. Nothing here is escaped: a report passes each
part through its own function of ``sanitize``.
"""

from __future__ import annotations

from dataclasses import dataclass

from troubleshooter.model.diagnosis import Diagnosis, Finding, StepResult
from troubleshooter.model.evidence import Gap
from troubleshooter.model.policy import NearMiss, Statement
from troubleshooter.model.vocabulary import Decision, PolicyType
from troubleshooter.reports import phrases
from troubleshooter.reports.fix_story import FixStory, tell_fix
from troubleshooter.reports.headline import Headline, cautions, first_and_rest, headline, layer_name
from troubleshooter.reports.words import Name, Words

Fact = tuple[str, Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMissStory:
    """A statement that nearly decided otherwise, as *key · required · actual*."""

    key: str
    required: str
    actual: str
    hint: str
    statement: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerStory:
    """One policy type within a step: its verdict, what determined it, what nearly did, what was not read."""

    name: str
    decision: Decision
    determining: tuple[Words, ...]
    near_misses: tuple[NearMissStory, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStory:
    """One of the four steps."""

    number: int
    title: str
    decision: Decision
    summary: str
    layers: tuple[LayerStory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingStory:
    """One ranked cause; ``lead`` says its place: the answer, a further blocker, or an explanation."""

    rank: int
    cause: str
    lead: Words
    because: str
    sure: str
    near_miss: NearMissStory | None
    fix: FixStory | None
    playbook: str
    source_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One diagnosis, told."""

    headline: Headline
    cautions: tuple[Words, ...]
    facts: tuple[Fact, ...]
    fix: FixStory | None
    steps: tuple[StepStory, ...]
    findings: tuple[FindingStory, ...]
    changes: tuple[Words, ...]
    gaps: tuple[Words, ...]
    commands: tuple[str, ...]


def tell(diagnosis: Diagnosis) -> Story:
    """Return the story of one diagnosis."""
    return Story(
        headline=headline(diagnosis),
        cautions=cautions(diagnosis),
        facts=_facts(diagnosis),
        fix=tell_fix(diagnosis.fix) if diagnosis.fix else None,
        steps=tuple(_step(step, diagnosis) for step in diagnosis.steps),
        findings=tuple(_finding(finding, diagnosis) for finding in diagnosis.findings),
        changes=_changes(diagnosis),
        gaps=tuple(_gap(gap) for gap in diagnosis.gaps),
        commands=diagnosis.next_commands,
    )


def _gap(gap: Gap) -> Words:
    kind = "" if gap.policy_type == PolicyType.NONE else phrases.policy_type(gap.policy_type)
    of = " of " if kind and gap.scope else ""
    remedy = f"; to close it: {gap.remedy}" if gap.remedy else ""
    return (kind, of, Name(gap.scope), f": {gap.reason}", remedy)


def _facts(diagnosis: Diagnosis) -> tuple[Fact, ...]:
    denial = diagnosis.denial
    who = denial.principal
    via: Words = (" via ", Name(who.invoked_by)) if who.invoked_by else ()
    issuer: Words = (
        (", session of ", Name(who.session_issuer_arn))
        if who.session_issuer_arn and who.session_issuer_arn != who.arn
        else ()
    )
    call = denial.api_call
    called: Words = (" (API call ", Name(call), ")") if call and not (denial.action or "").endswith(f":{call}") else ()
    owner: Words = (" in account ", Name(denial.resource_account)) if denial.resource_account else ()
    facts: list[Fact] = [
        (
            "Who",
            (
                Name(who.arn or who.name or (f"account {who.account}" if who.account else "not said")),
                f" ({who.kind.replace('_', ' ')})",
                *issuer,
                *via,
            ),
        ),
        ("What", (Name(denial.action or "not said"), *called)),
        ("Resource", (Name(denial.resource or "not said"), *owner)),
    ]
    when = _when(diagnosis)
    if when:
        facts.append(("When", when))
    if diagnosis.findings:
        facts.extend(_reason(diagnosis.findings[0]))
    return tuple(facts)


def _when(diagnosis: Diagnosis) -> Words:
    denial = diagnosis.denial
    parts: list[str] = []
    for lead, value in (
        ("", denial.event_time),
        ("Region ", denial.region),
        ("from ", denial.source_ip),
        ("through ", denial.vpc_endpoint_id),
        ("event ", denial.event_id),
        ("request ", denial.request_id),
        ("error code ", denial.error_code),
    ):
        if value:
            parts.extend((f", {lead}" if parts else lead, Name(value)))
    return tuple(parts)


def _reason(finding: Finding) -> tuple[Fact, ...]:
    rest = first_and_rest(finding.because)[1]
    why: tuple[Fact, ...] = (("Why", (rest,)),) if rest else ()
    return (*why, ("Sure", (_sure(finding),)), ("Cause", (Name(finding.cause),)))


def _sure(finding: Finding) -> str:
    basis = phrases.BASIS[finding.basis]
    return f"{finding.confidence}: {basis.split(';')[0] if finding.policy_type is PolicyType.NONE else basis}"


def _step(step: StepResult, diagnosis: Diagnosis) -> StepStory:
    resource = diagnosis.denial.resource
    return StepStory(
        number=step.number,
        title=step.title,
        decision=step.decision,
        summary=step.summary,
        layers=tuple(
            LayerStory(
                name="" if result.policy_type is PolicyType.NONE else phrases.policy_type(result.policy_type, resource),
                decision=result.decision,
                determining=tuple(statement_words(statement) for statement in result.determining),
                near_misses=tuple(tell_near_miss(near) for near in result.near_misses),
                gaps=result.gaps,
            )
            for result in step.policy_types
        ),
    )


def statement_words(statement: Statement) -> Words:
    """Return a statement as effect, Sid or place, policy and what it is attached to."""
    place: Words = (Name(statement.sid),) if statement.sid else (f"number {statement.index + 1}",)
    policy = statement.policy_name or statement.policy_arn
    of: Words = (" of ", Name(policy)) if policy else ()
    at: Words = (" on ", Name(statement.attached_to)) if statement.attached_to else ()
    return (f"{statement.effect or 'the'} statement ", *place, *of, *at)


def tell_near_miss(near: NearMiss) -> NearMissStory:
    """Return a near miss in words; its key is the condition key, else the element."""
    key = near.key or near.element.value
    return NearMissStory(
        key=key,
        required=near.required.removeprefix(f"{key} is "),
        actual=near.actual,
        hint=near.hint,
        statement=statement_words(near.statement),
    )


def _finding(finding: Finding, diagnosis: Diagnosis) -> FindingStory:
    if finding is diagnosis.findings[0]:
        lead: Words = ("The answer: ", *layer_name(finding, diagnosis))
    elif finding.blocking:
        lead = ("After this you would still be denied by ", *layer_name(finding, diagnosis))
    else:
        lead = (f"Also worth knowing ({finding.cause.replace('-', ' ')})",)
    return FindingStory(
        rank=finding.rank,
        cause=finding.cause,
        lead=lead,
        because=finding.because,
        sure=_sure(finding),
        near_miss=tell_near_miss(finding.near_miss) if finding.near_miss else None,
        fix=tell_fix(finding.fix) if finding.fix else None,
        playbook=finding.playbook,
        source_url=finding.source_url,
    )


def _changes(diagnosis: Diagnosis) -> tuple[Words, ...]:
    told: list[Words] = []
    for change in diagnosis.changes:
        minutes = change.minutes_before_first_denial
        before: Words = (f" {minutes:g} minutes before the first denial",) if minutes is not None else ()
        by: Words = (" by ", Name(change.principal)) if change.principal else ()
        on: Words = (" on ", Name(change.target)) if change.target else ()
        told.append((Name(change.api_call), *by, *on, *before, f": {change.why_suspect}"))
    return tuple(told)
