"""The program's table of contents: one denial and its evidence in, one diagnosis out. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.diagnosis.find import find
from troubleshooter.diagnosis.gaps import gaps_of
from troubleshooter.diagnosis.judgement import judge
from troubleshooter.diagnosis.next_commands import next_commands
from troubleshooter.diagnosis.rank import rank
from troubleshooter.diagnosis.verdict import verdict
from troubleshooter.diagnosis.walk import walk
from troubleshooter.fixes.attach import attach_fixes
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis, PolicyChangeEvent
from troubleshooter.model.evidence import Evidence


def diagnose(denial: Denial, evidence: Evidence, changes: Sequence[PolicyChangeEvent] = ()) -> Diagnosis:
    """Return why the request was denied, ranked, with proved fixes and with what could not be read.

    ``Evidence()`` gives a message-only diagnosis. ``changes`` are the policy-changing events that a
    history shows before the first denial.
    """
    judgements = judge(denial, evidence)
    steps = walk(judgements, evidence)
    ranked = rank(find(denial, evidence, judgements), denial)
    findings, fix = attach_fixes(denial, ranked, judgements, evidence)
    return Diagnosis(
        denial=denial,
        decision=verdict(judgements, findings),
        steps=steps,
        findings=findings,
        fix=fix,
        changes=tuple(changes),
        gaps=gaps_of(judgements, evidence),
        next_commands=next_commands(denial, findings, judgements),
        evaluations=tuple(judgement.evaluation for judgement in judgements),
    )
