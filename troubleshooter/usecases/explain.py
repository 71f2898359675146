"""Turn an INPUT into diagnoses: read it, keep the denials, diagnose each with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from troubleshooter.errors import NoDenialError
from troubleshooter.model.denial import Denial, NotADenial
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.evidence import Evidence
from troubleshooter.pipeline import diagnose
from troubleshooter.sources.inputs import read_input

EvidenceFor = Callable[[Denial], Evidence]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The diagnoses of one input, and what else was in it: look-alikes and damaged records, in words."""

    diagnoses: tuple[Diagnosis, ...]
    notes: tuple[str, ...] = ()


def explain_input(data: bytes | str, name: str, evidence_for: EvidenceFor) -> Explained:
    """Read ``data`` and diagnose every denial in it.

    ``name`` says where the data came from, for messages; ``evidence_for`` gives each denial's evidence.
    Raises NoDenialError where there is no denial (its message names what there is instead) and
    UnreadableInputError where the data cannot be understood.
    """
    result = read_input(data, name)
    denials = [item for item in result.items if isinstance(item, Denial)]
    others = [item for item in result.items if isinstance(item, NotADenial)]
    if not denials:
        raise NoDenialError(_what_it_is(others, name))
    notes = [*result.problems, *(f"also in {name}: {_words(other)}" for other in others)]
    return Explained(diagnoses=tuple(diagnose(denial, evidence_for(denial)) for denial in denials), notes=tuple(notes))


def _words(other: NotADenial) -> str:
    code = f" ({other.error_code})" if other.error_code else ""
    return f"{other.kind}{code}"


def _what_it_is(others: list[NotADenial], name: str) -> str:
    if not others:
        return f"{name} holds no denial; paste the whole error, or the CloudTrail event with its errorCode"
    first = others[0]
    advice = f": {first.advice}" if first.advice else ""
    return f"not an access denial but {_words(first)}{advice}"
