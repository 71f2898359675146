"""The first lines of every report: the answer, and what could still change it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from troubleshooter.model.diagnosis import Diagnosis, Finding
from troubleshooter.model.evidence import Gap
from troubleshooter.model.vocabulary import Basis, Decision, PolicyType
from troubleshooter.reports import phrases
from troubleshooter.reports.words import Name, Words

_NO_LAYER = {PolicyType.NONE}
_NOT_IAM = "not-an-iam-denial"
_NOT_SETTLED = "evidence-insufficient"
_NAMED_SCOPES = 3
_NOTHING_READ = (
    "No policy was read: this rests on the message alone. "
    "Add --snapshot DIR or --live to evaluate the policies themselves"
)
_NAMES_THE_STATEMENT = re.compile(r"^Statement .+? of .+? (on .+?) explicitly denies")
_SHORT = 160
_SENTENCE_END = re.compile(r"\.\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """``verdict`` is one shouted word or two; ``words`` follow it; ``tone`` is deny, allow or unknown."""

    verdict: str
    words: Words
    tone: str


def headline(diagnosis: Diagnosis) -> Headline:
    """Return the answer in one sentence: the verdict, the layer and statement, and why."""
    first = diagnosis.findings[0] if diagnosis.findings else None
    if first is None:
        return Headline(verdict="DENIED", words=(", and no cause was found",), tone="unknown")
    if first.cause == _NOT_IAM:
        return Headline(verdict="NOT AN IAM DENIAL", words=(f": {_sentence(first.because)}",), tone="unknown")
    if diagnosis.decision is Decision.ALLOW:
        return Headline(verdict="ALLOWED", words=(f" by current policies: {_sentence(first.because)}",), tone="allow")
    if first.cause == _NOT_SETTLED:
        words: Words = (f"; the cause is not settled: {_sentence(first.because)}",)
        return Headline(verdict="DENIED", words=words, tone="unknown")
    if first.policy_type in _NO_LAYER or not first.decision.denies:
        hedge = f", {phrases.HEDGE[first.confidence].strip()}" if phrases.HEDGE[first.confidence] else ""
        return Headline(verdict="DENIED", words=(f"{hedge}: {_sentence(first.because)}",), tone="unknown")
    hedge = phrases.HEDGE[first.confidence]
    by = f", {hedge}by " if hedge else " by "
    reason = _sentence(first.because)
    if first.determining:
        reason = _NAMES_THE_STATEMENT.sub(r"\1 it explicitly denies", reason)
    return Headline(verdict="DENIED", words=(by, *layer_name(first, diagnosis), f": {reason}"), tone="deny")


def _sentence(text: str) -> str:
    """Return the first sentence of a reason without its full stop; a short reason whole."""
    return first_and_rest(text)[0].rstrip(".")


def first_and_rest(text: str) -> tuple[str, str]:
    """Part a long reason after its first sentence; the rest is empty where there is only one."""
    text = text.strip()
    end = _SENTENCE_END.search(text) if len(text) > _SHORT else None
    return (text[: end.start() + 1], text[end.end() :]) if end else (text, "")


def layer_name(finding: Finding, diagnosis: Diagnosis) -> Words:
    """Return the layer of a finding: kind, policy name, kind of deny and statement; else the cause's id."""
    if finding.policy_type in _NO_LAYER:
        return (finding.cause.replace("-", " "),)
    kind = phrases.policy_type(finding.policy_type, _resource_of(finding, diagnosis))
    if not finding.decision.denies:
        return (kind,)
    statement = finding.determining[0] if finding.determining else None
    if finding.decision is Decision.IMPLICIT_DENY or statement is None:
        denial = diagnosis.denial
        stated = denial.stated_policy_arn if denial.stated_policy_type == finding.policy_type else None
        return (kind, *((" ", Name(stated)) if stated else ()), f" ({phrases.DECISION[finding.decision]})")
    policy = statement.policy_name or statement.policy_arn
    named: Words = (' "', Name(policy), '"') if policy else ()
    place: Words = (Name(statement.sid),) if statement.sid else (f"number {statement.index + 1}",)
    return (kind, *named, f" ({phrases.DECISION[finding.decision]}, statement ", *place, ")")


def _resource_of(finding: Finding, diagnosis: Diagnosis) -> str | None:
    if finding.determining and finding.determining[0].policy_type is PolicyType.RESOURCE:
        return finding.determining[0].attached_to
    if finding.near_miss and finding.near_miss.statement.policy_type is PolicyType.RESOURCE:
        return finding.near_miss.statement.attached_to
    if finding.cause.startswith("kms-"):
        return "arn:aws:kms:::key/"
    return diagnosis.denial.resource


def cautions(diagnosis: Diagnosis) -> tuple[Words, ...]:
    """Return what a reader must know beside the answer: further blockers, and gaps that could change it."""
    told: list[Words] = [
        ("Also denied by ", *layer_name(finding, diagnosis)) for finding in diagnosis.findings[1:] if finding.blocking
    ]
    if diagnosis.findings and diagnosis.findings[0].cause in {_NOT_SETTLED, _NOT_IAM}:
        return tuple(told)
    if _rests_on_the_message(diagnosis):
        return (*told, (_NOTHING_READ,))
    deciding = _deciding_gaps(diagnosis)
    if deciding:
        told.append(("Not known, and could change this answer: ", *_listed(deciding)))
    return tuple(told)


def _rests_on_the_message(diagnosis: Diagnosis) -> bool:
    """Whether nothing was evaluated or said by AWS about this denial."""
    bases = {finding.basis for finding in diagnosis.findings}
    if diagnosis.decision is not Decision.UNKNOWN or not bases <= {Basis.STATED, Basis.INFERRED}:
        return False
    # One layer that was read and settled is enough to make "no policy was read" untrue.
    settled = {Decision.ALLOW, Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY}
    return all(result.decision not in settled for step in diagnosis.steps for result in step.policy_types)


def _deciding_gaps(diagnosis: Diagnosis) -> tuple[Gap, ...]:
    """Return the gaps that matter: all of them where the request seems allowed or is undecided.

    Where a layer certainly denies, what was not read can only add a further denial: those of layers
    whose own answer is unknown.
    """
    if diagnosis.decision in {Decision.ALLOW, Decision.UNKNOWN}:
        return diagnosis.gaps
    unknown = {
        result.policy_type.value
        for step in diagnosis.steps
        for result in step.policy_types
        if result.decision is Decision.UNKNOWN
    }
    return tuple(gap for gap in diagnosis.gaps if gap.policy_type in unknown)


def _listed(gaps: Iterable[Gap]) -> Words:
    by_kind: dict[str, list[Gap]] = {}
    for gap in gaps:
        kind = "policies" if gap.policy_type == PolicyType.NONE else phrases.policy_type(gap.policy_type)
        by_kind.setdefault(kind, []).append(gap)
    parts: list[str] = []
    for kind, same in by_kind.items():
        scopes = [gap.scope for gap in same if gap.scope][:_NAMED_SCOPES]
        parts.append(("; " if parts else "") + kind)
        for number, scope in enumerate(scopes):
            parts.extend((" of " if number == 0 else ", ", Name(scope)))
        parts.append(f" ({same[0].reason})")
    return tuple(parts)
