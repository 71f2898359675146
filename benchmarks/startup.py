"""How long the command line takes to start and to explain one denial, as ratios to ``python -c pass``.

CPU time (user and system) of whole processes, median of several runs, all measured in one run of this
program. Prints one line per command: CPU seconds, and the ratio to the bare interpreter.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_logs" / "scp-explicit-deny"
RUNS = 7
MESSAGE = (
    "An error occurred (AccessDenied) when calling the PutObject operation: User: "
    "arn:aws:sts::111122223333:assumed-role/app/i-0abc is not authorized to perform: s3:PutObject on resource: "
    '"arn:aws:s3:::reports/a.csv" because no identity-based policy allows the s3:PutObject action'
)
PROGRAM = [sys.executable, "-m", "troubleshooter"]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "--help": [*PROGRAM, "--help"],
    "explain, message only": [*PROGRAM, "explain", MESSAGE],
    "explain, snapshot": [*PROGRAM, "explain", str(SAMPLE / "event.json"), "--snapshot", str(SAMPLE / "snapshot")],
    "explain, snapshot, json": [
        *PROGRAM, "explain", str(SAMPLE / "event.json"), "--snapshot", str(SAMPLE / "snapshot"), "--format", "json",
    ],
}  # fmt: skip


def cpu_seconds(command: list[str]) -> float:
    """Return the CPU seconds of one run of ``command``, output thrown away."""
    before = os.times()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    return (after.children_user + after.children_system) - (before.children_user + before.children_system)


def main() -> None:
    """Measure each command in turn, round by round, and print medians and ratios."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            taken[name].append(cpu_seconds(command))
    bare = statistics.median(taken["python -c pass"])
    print(f"{'command':28} {'CPU s':>7} {'x python -c pass':>17}")
    for name, seconds in taken.items():
        middle = statistics.median(seconds)
        print(f"{name:28} {middle:7.3f} {middle / bare:17.1f}")


if __name__ == "__main__":
    main()
