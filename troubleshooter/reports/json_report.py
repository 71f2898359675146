"""Diagnoses as the public contract's JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.plain import to_plain
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.prepare import prepared

SCHEMA_VERSION = 1


def render(diagnoses: Sequence[Diagnosis], options: RenderOptions) -> str:
    r"""Return ``{"schema_version": 1, "diagnoses": [...]}``, indented, in ASCII.

    ASCII keeps every string whole (a lone surrogate, an escape, a right-to-left mark stay as ``\uXXXX``)
    and harmless on a terminal.
    """
    return json.dumps(as_object(prepared(diagnoses, options)), indent=2).replace("\x7f", "\\u007f") + "\n"


def as_object(diagnoses: Sequence[Diagnosis]) -> dict[str, Any]:
    """Return the contract's object for diagnoses, as plain values."""
    return {"schema_version": SCHEMA_VERSION, "diagnoses": [to_plain(diagnosis) for diagnosis in diagnoses]}


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every output validates against."""
    text = resources.files("troubleshooter.reports").joinpath("schema/diagnosis.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
