"""The JSON report is the contract, and its schema ships."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from tests.reports import builders
from troubleshooter.model.plain import to_plain
from troubleshooter.reports import json_report
from troubleshooter.reports.options import RenderOptions


def parsed(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json_report.render([builders.ALL[name]()], RenderOptions()))
    return loaded


@pytest.mark.parametrize("name", builders.ALL)
def test_every_output_validates(name: str) -> None:
    jsonschema.Draft202012Validator(json_report.schema()).validate(parsed(name))


def test_the_schema_is_one_and_strict() -> None:
    schema = json_report.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for definition in schema["$defs"].values():
        if definition.get("type") == "object":
            assert definition["additionalProperties"] is False
    document = parsed("scp-deny")
    document["diagnoses"][0]["findings"][0]["surplus"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_the_values_are_the_diagnosis_itself() -> None:
    diagnosis = builders.scp_deny()
    assert parsed("scp-deny") == {"schema_version": 1, "diagnoses": [to_plain(diagnosis)]}


def test_output_is_ascii_and_keeps_hostile_strings_whole() -> None:
    hostile = "\x1b[31m\u202e\ud800\x7f<script>"
    text = json_report.render(
        [replace(builders.not_iam(), denial=builders.denial(error_message=hostile))], RenderOptions()
    )
    assert all(" " <= char <= "~" or char == "\n" for char in text)
    assert json.loads(text)["diagnoses"][0]["denial"]["error_message"] == hostile
