"""How fast a scan is, as ratios measured in one run: to inflating alone, to gzip+json, to DuckDB's read_json.

Makes a seeded corpus (2.2 GB of JSON in CloudTrail's layout unless ``--size`` says less), checks that the counts equal
those of a full parse, measures each contender in its own process by CPU seconds, and removes the corpus.

    python benchmarks/scan.py [--size 0.3] [--single] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.corpus import make_corpus, make_single_file

_BYTES_PER_FILE = 5_470_000
_FULL = 2.15
_ROUNDS = 3
_MEMORY_NOTE = "peak of one process, MB"

_INFLATE = """
import sys
from isal import isal_zlib
buffer = bytearray(262144)
total = 0
for path in sys.stdin.read().splitlines():
    with open(path, "rb", buffering=0) as source:
        reader = isal_zlib._GzipReader(source, 131072)
        while count := reader.readinto(buffer):
            total += count
print(total)
"""
_GZIP_JSON = """
import gzip, json, sys
from troubleshooter.denials.codes import is_denial_code
denials = 0
for path in sys.stdin.read().splitlines():
    with gzip.open(path) as source:
        denials += sum(is_denial_code(record.get("errorCode")) for record in json.load(source)["Records"])
print(denials)
"""
_DUCKDB = """
import sys, duckdb
from troubleshooter.denials.codes import DENIAL_PATTERN
paths = sys.stdin.read().splitlines()
duckdb.execute("SET threads = 1; SET preserve_insertion_order = false")
print(duckdb.execute(
    "SELECT count(*) FROM (SELECT unnest(Records) AS r FROM read_json(?, "
    "columns={'Records': 'STRUCT(errorCode VARCHAR)[]'}, maximum_object_size=64000000)) "
    "WHERE regexp_matches(r.errorCode, ?, 'i')", [paths, DENIAL_PATTERN]).fetchone()[0])
"""
_SCAN = """
import json, sys
from troubleshooter.usecases.scan import scan
jobs, strict, *paths = json.loads(sys.argv[1])
result = scan(paths, diagnose=False, jobs=jobs, strict=strict)
counts = [[g.principal, g.action, g.resource, g.count] for g in result.groups]
print(json.dumps([result.totals.denials, result.totals.events, counts]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The best of some rounds: CPU and wall seconds, peak memory of the largest process, output."""

    cpu: float
    wall: float
    peak: float
    output: str


def measure(command: list[str], *, stdin: str = "", rounds: int = _ROUNDS, quiet: bool = False) -> Measured:
    """Run ``command`` a few times and keep the run of least CPU."""
    best: Measured | None = None
    for _ in range(rounds):
        started = time.perf_counter()
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as given:
            given.write(stdin)
            given.seek(0)
            process = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL if quiet else out)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            text = out.read()
        if process.returncode:
            raise SystemExit(f"{command[:3]} failed with {process.returncode}")
        run = Measured(
            cpu=usage.ru_utime + usage.ru_stime,
            wall=time.perf_counter() - started,
            peak=usage.ru_maxrss / 1024,
            output=text,
        )
        best = run if best is None or run.cpu < best.cpu else best
    assert best is not None
    return best


def python(program: str, *arguments: str, stdin: str = "", rounds: int = _ROUNDS) -> Measured:
    """Measure a Python program given as text."""
    return measure([sys.executable, "-c", program, *arguments], stdin=stdin, rounds=rounds)


def row(name: str, run: Measured, limit: Measured, size: int) -> None:
    """Print one line of the table."""
    speed = size / run.cpu / 1e6
    print(
        f"{name:<46} {run.cpu:7.2f} {run.wall:7.2f} {speed:8,.0f} {limit.cpu / run.cpu:6.2f} {run.peak:7.0f}",
        flush=True,
    )


def oracle(paths: list[Path]) -> tuple[int, int]:
    """Return denials and events by a full parse with the standard library."""
    from troubleshooter.denials.codes import is_denial_code

    denials = events = 0
    for path in paths:
        records = json.loads(gzip.decompress(path.read_bytes()))["Records"]
        events += len(records)
        denials += sum(is_denial_code(record.get("errorCode")) for record in records)
    return denials, events


def oracle_groups(paths: list[Path]) -> Counter[tuple[str | None, str | None]]:
    """Return denials by principal and action, every denied record parsed in full."""
    from troubleshooter.denials.record import parse_record
    from troubleshooter.model.denial import Denial
    from troubleshooter.usecases.group_keys import key_of

    counts: Counter[tuple[str | None, str | None]] = Counter()
    for path in paths:
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]:
            parsed = parse_record(record) if record.get("errorCode") else None
            if isinstance(parsed, Denial):
                key = key_of(parsed.principal, parsed.action, parsed.resource)
                counts[key.principal, key.action] += 1
    return counts


def compare(root: Path, size: int, paths: list[Path]) -> None:
    """Print the table for a folder of files, and check the counts."""
    names = "\n".join(map(str, paths))
    print(
        f"{len(paths)} files, {size / 1e9:.2f} GB of JSON, "
        f"{sum(path.stat().st_size for path in paths) / 1e6:.0f} MB stored"
    )
    print(f"{'':<46} {'CPU s':>7} {'wall s':>7} {'MB/CPU s':>8} {'ratio':>6} {'peak MB':>7}")
    igzip = shutil.which("igzip")
    inflate = python(_INFLATE, stdin=names)
    limit = measure([igzip, "-dc", *map(str, paths)], quiet=True) if igzip else inflate
    row("inflate only, igzip -dc" if igzip else "inflate only, isal in Python", limit, limit, size)
    row("inflate only, isal in Python", inflate, limit, size)
    results: dict[str, Measured] = {}
    for name, jobs, strict in (
        ("scan, 1 process", 1, False),
        ("scan, 2 processes", 2, False),
        ("scan --strict, 1 process", 1, True),
    ):
        results[name] = python(_SCAN, json.dumps([jobs, strict, str(root)]), rounds=_ROUNDS if not strict else 1)
        row(name, results[name], limit, size)
    row("gzip + json", python(_GZIP_JSON, stdin=names, rounds=1), limit, size)
    try:
        row("DuckDB read_json, 1 thread", python(_DUCKDB, stdin=names, rounds=1), limit, size)
    except SystemExit as trouble:
        print(f"DuckDB: {trouble}")
    expected, events = oracle(paths)
    groups = oracle_groups(paths)
    for name, run in results.items():
        denials, seen, counted = json.loads(run.output)
        found: Counter[tuple[str | None, str | None]] = Counter()
        for principal, action, _, count in counted:
            found[principal, action] += count
        assert (denials, seen) == (expected, events), (name, denials, seen, expected, events)
        assert found == groups, name
    print(f"counts equal a full parse: {expected:,} denials of {events:,} events, {len(groups)} principals and actions")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    del usage


def main() -> None:
    """Make, measure, remove."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=_FULL, help="GB of JSON")
    parser.add_argument("--single", action="store_true", help="also one single file of 1 GB")
    parser.add_argument("--keep", type=Path, help="make or find the corpus here and leave it")
    options = parser.parse_args()
    root = options.keep or Path(tempfile.mkdtemp(prefix="scan-benchmark-"))
    try:
        folder = root / "folder"
        files = max(2, round(options.size * 1e9 / _BYTES_PER_FILE))
        size_file = root / "size"
        if not size_file.exists():
            size_file.parent.mkdir(parents=True, exist_ok=True)
            size_file.write_text(str(make_corpus(folder, files=files).json_bytes))
        compare(folder, int(size_file.read_text()), sorted(folder.rglob("*.gz")))
        if options.single:
            path = root / "single" / "one.json.gz"
            size = make_single_file(path, megabytes=1000)
            print()
            limit = python(_INFLATE, stdin=str(path))
            print(f"one file of {size / 1e9:.2f} GB")
            row("inflate only, isal in Python", limit, limit, size)
            row("scan, 1 process", python(_SCAN, json.dumps([1, False, str(path)])), limit, size)
    finally:
        if options.keep is None:
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
