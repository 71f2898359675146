"""Score the diagnosis of made-up organizations: which layers block, what nearly matched, where, what is allowed.

Each folder holds ``event.json``, ``snapshot/`` and ``expected.json``::

    {"allowed_by_current_policies": bool,
     "blocking": [{"policy_type", "decision": "implicit" | "explicit", "near_miss_element": text | null,
                   "where": {"policy_name", "policy_arn", "sid", "attached_to"}}]}

Run: python benchmarks/score_scenarios.py FOLDER [--misses]   (without a folder there is nothing to score)
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from troubleshooter import Diagnosis, Finding, diagnose, load_snapshot, parse

POINTS = ("blocking", "near_miss", "where", "allowed", "first_blocks", "verified", "certain")


@dataclass(slots=True)
class Score:
    """What was right in one scenario, and in words what was not."""

    right: dict[str, bool] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def note(self, point: str, right: bool, miss: str) -> None:
        """Record one point, with words for a miss."""
        self.right[point] = self.right.get(point, True) and right
        if not right:
            self.misses.append(f"{point}: {miss}")


def score(folder: Path) -> Score:
    """Return the score of one scenario folder."""
    expected = json.loads((folder / "expected.json").read_text())
    denials = parse((folder / "event.json").read_bytes())
    diagnosis = diagnose(denials[0], load_snapshot(folder / "snapshot"))
    return compare(diagnosis, expected)


def compare(diagnosis: Diagnosis, expected: Mapping[str, Any]) -> Score:
    """Compare one diagnosis with what a scenario expects."""
    result = Score()
    blocking = [finding for finding in diagnosis.findings if finding.blocking]
    wanted = {(item["policy_type"], item["decision"]): item for item in expected["blocking"]}
    found = {(item.policy_type.value, item.decision.value.removesuffix("_deny")): item for item in blocking}
    result.note("blocking", set(wanted) == set(found), f"expected {sorted(wanted)}, found {sorted(found)}")
    for key in wanted.keys() & found.keys():
        _compare_finding(result, wanted[key], found[key])
    allowed = expected["allowed_by_current_policies"]
    result.note("allowed", (diagnosis.decision.value == "allow") == allowed, f"decision {diagnosis.decision.value}")
    if wanted:
        result.note("first_blocks", bool(diagnosis.findings) and diagnosis.findings[0].blocking, "not blocking first")
        fix = diagnosis.fix
        result.note("verified", fix is not None and fix.verified, f"fix {fix.disposition.value if fix else None}")
    result.note("certain", all(item.confidence.value == "certain" for item in blocking), "less than certain")
    return result


def _compare_finding(result: Score, wanted: Mapping[str, Any], finding: Finding) -> None:
    near = finding.near_miss
    element = near.element.value if near else None
    layer = wanted["policy_type"]
    result.note(
        "near_miss", element == wanted["near_miss_element"], f"{layer}: {element} for {wanted['near_miss_element']}"
    )
    statement = near.statement if near else next(iter(finding.determining), None)
    if statement is None:
        return
    where = wanted["where"]
    found = {name: getattr(statement, name) for name in ("policy_name", "policy_arn", "sid", "attached_to")}
    same = all(found[name] == value for name, value in where.items() if value is not None)
    result.note("where", same, f"{layer}: {found} for {where}")


def _scenarios(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.rglob("expected.json"))


def _print(scores: Mapping[str, Score], seconds: float, *, misses: bool) -> None:
    for point in POINTS:
        judged = [score.right[point] for score in scores.values() if point in score.right]
        if judged:
            print(f"{point:12} {sum(judged):5} of {len(judged):5}  {100 * sum(judged) / len(judged):6.1f} %")
    whole = sum(all(score.right.values()) for score in scores.values())
    print(f"{'everything':12} {whole:5} of {len(scores):5}; {seconds / max(1, len(scores)):.3f} s each")
    if misses:
        for name, item in scores.items():
            for miss in item.misses:
                print(f"  {name}: {miss}")
        print(Counter(miss.split(":")[0] for item in scores.values() for miss in item.misses))


def main(arguments: Iterable[str] | None = None) -> int:
    """Score every scenario under the folder; 0 where every blocking set is right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--misses", action="store_true", help="also print what was wrong")
    given = parser.parse_args(None if arguments is None else list(arguments))
    if given.folder is None:
        print("no folder of scenarios was given: nothing to score")
        return 0
    started = time.process_time()
    scores = {str(path.relative_to(given.folder)): score(path) for path in _scenarios(given.folder)}
    _print(scores, time.process_time() - started, misses=given.misses)
    return 0 if all(item.right.get("blocking", True) for item in scores.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
