"""A scan as the public contract's JSON."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from troubleshooter.model.scan import ScanResult
from troubleshooter.reports.json_report import schema as diagnosis_schema
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.scan_prepare import prepared


def render(result: ScanResult, options: RenderOptions) -> str:
    """Return the contract's object, indented, in ASCII (which keeps odd strings whole and harmless on a terminal)."""
    return json.dumps(prepared(result, options).to_plain(), indent=2).replace("\x7f", "\\u007f") + "\n"


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every output validates against, whole.

    The file refers to the diagnosis schema beside it; here the two are one.
    """
    text = resources.files("troubleshooter.reports").joinpath("schema/scan.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text.replace('"diagnosis.schema.json#', '"#'))
    return {**loaded, "$defs": {**diagnosis_schema()["$defs"], **loaded["$defs"]}}
