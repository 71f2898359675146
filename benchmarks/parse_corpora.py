"""Score the parser on labelled corpora: the share right per field, and each miss.

Usage: ``python benchmarks/parse_corpora.py FOLDER``. The folder holds ``pasted_errors*.jsonl`` (texts with an
``expected`` object) and ``cloudtrail_denials*.jsonl`` (records). Without a folder it says so and stops.
For records the message is withheld once: the action must come out the same without it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from troubleshooter.denials.parse import parse_record, parse_text
from troubleshooter.model.denial import Denial, NotADenial

TYPES = {
    "identity_policy": "identity",
    "resource_policy": "resource",
    "session_policy": "session",
    "trust_policy": "trust",
    "vpc_endpoint_policy": "vpc_endpoint",
    "s3_public_access_block": None,
}
KINDS = {"implicit_deny": "implicit", "explicit_deny": "explicit"}
FIELDS = (
    "denied",
    "error_code",
    "operation",
    "action",
    "resource",
    "principal",
    "account",
    "policy_type",
    "deny_kind",
    "request_id",
)


class Score:
    """Counts right answers per field and keeps the misses."""

    def __init__(self, name: str) -> None:
        """Start at nothing for the corpus ``name``."""
        self.name = name
        self.right: dict[str, int] = defaultdict(int)
        self.total: dict[str, int] = defaultdict(int)
        self.misses: list[str] = []

    def compare(self, case: str, field: str, got: object, wanted: object) -> None:
        """Count one field of one case."""
        self.total[field] += 1
        if got == wanted:
            self.right[field] += 1
        else:
            self.misses.append(f"{case} {field}: got {got!r}, wanted {wanted!r}")

    def print(self) -> None:
        """Print the shares, then every miss."""
        print(f"== {self.name}")
        for field, total in self.total.items():
            print(f"{field:24} {self.right[field]:5}/{total:<5} {self.right[field] / total:7.1%}")
        for miss in self.misses:
            print(f"  miss {miss}")


def lines(folder: Path, pattern: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON lines of every file that matches."""
    for path in sorted(folder.glob(pattern)):
        with path.open(encoding="utf-8") as source:
            yield from (json.loads(line) for line in source if line.strip())


def fields_of(found: Denial | NotADenial | None) -> dict[str, object]:
    """Return a parse in the corpora's own words."""
    if not isinstance(found, Denial):
        return {"denied": False, "error_code": found.error_code if found else None}
    return {
        "denied": True,
        "error_code": found.error_code,
        "operation": found.api_call,
        "action": found.action,
        "resource": found.resource,
        "principal": found.principal.arn,
        "account": found.principal.account or found.resource_account,
        "policy_type": TYPES.get(found.stated_policy_type or "", found.stated_policy_type),
        "deny_kind": KINDS.get(found.stated_decision or ""),
        "request_id": found.request_id,
    }


def score_texts(folder: Path) -> Score:
    """Score every labelled text; the first denial counts."""
    score = Score("pasted errors")
    seconds = 0.0
    for case in lines(folder, "pasted_errors*.jsonl"):
        expected = case["expected"]
        started = time.perf_counter()
        found = parse_text(case["text"])
        seconds += time.perf_counter() - started
        got = fields_of(next((item for item in found if isinstance(item, Denial)), found[0] if found else None))
        for field in FIELDS if expected["denied"] else ("denied", "error_code"):
            wanted = expected.get(field)
            if field == "action" and isinstance(wanted, str) and isinstance(got[field], str):
                score.compare(case["id"], field, str(got[field]).lower(), wanted.lower())
            else:
                score.compare(case["id"], field, got.get(field), wanted)
    count = max(score.total["denied"], 1)
    print(f"{count} texts, {seconds / count * 1000:.2f} ms each")
    return score


def score_records(folder: Path) -> Score:
    """Score records: parsed at all, and the same action and resource with the message withheld."""
    score = Score("CloudTrail records")
    for number, record in enumerate(lines(folder, "cloudtrail_denials*.jsonl")):
        case = f"{number}:{record.get('eventSource')}:{record.get('eventName')}"
        whole = parse_record(record)
        score.compare(case, "denied", isinstance(whole, Denial), wanted=True)
        if not isinstance(whole, Denial):
            continue
        identity = record.get("userIdentity")
        arn = identity.get("arn") if isinstance(identity, dict) else None
        score.compare(case, "principal", whole.principal.arn, arn)
        if whole.provenance.get("action") != "errorMessage":
            continue
        bare = parse_record({name: value for name, value in record.items() if name != "errorMessage"})
        action = bare.action if isinstance(bare, Denial) else None
        score.compare(case, "action without message", (action or "").lower(), (whole.action or "").lower())
    return score


def main() -> None:
    """Score the folder given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="folder with the labelled corpora")
    folder = parser.parse_args().folder
    if folder is None or not folder.is_dir():
        print("no corpora given: pass their folder")
        return
    score_texts(folder).print()
    score_records(folder).print()


if __name__ == "__main__":
    main()
