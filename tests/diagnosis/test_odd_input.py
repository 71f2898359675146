"""Whatever a record holds, a diagnosis comes out: logs are written by whoever makes the calls."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.samples import CASES, SAMPLES
from troubleshooter import Evidence, diagnose, load_snapshot, parse
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.plain import to_plain

WITH_EVENT = [case for case in CASES if (SAMPLES / case / "event.json").exists()]
ODD_TEXT = st.sampled_from(
    ["", "*", "arn:aws:s3:::", "a\x1b[31mb", "\ud800", "${aws:username}", "'; rm -rf / #", "x" * 5000]
)
LEAVES = st.none() | st.booleans() | st.integers() | ODD_TEXT | st.text(max_size=20)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("requestParameters", "userIdentity", "resources", "errorMessage", "awsRegion", "eventTime", "vpcEndpointId")
PARAMETERS = ("role", "key", "bucketName", "roleArn", "tags", "x-amz-copy-source", "tableName", "keyId", "secretId")


def record(case: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLES / case / "event.json").read_text())["Records"][0]
    return loaded


def diagnoses(event: dict[str, Any], case: str) -> list[Diagnosis]:
    denials = parse(json.dumps({"Records": [event]}))
    snapshot = SAMPLES / case / "snapshot"
    evidence = load_snapshot(snapshot) if snapshot.exists() else Evidence()
    return [diagnose(denial, evidence) for denial in denials]


@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from(WITH_EVENT), field=st.sampled_from(FIELDS), value=JSON)
def test_an_odd_field_never_breaks_the_diagnosis(case: str, field: str, value: object) -> None:
    for diagnosis in diagnoses({**record(case), field: value}, case):
        assert diagnosis.findings
        assert to_plain(diagnosis)


@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from(WITH_EVENT), name=st.sampled_from(PARAMETERS), value=JSON)
def test_an_odd_parameter_never_breaks_the_diagnosis(case: str, name: str, value: object) -> None:
    event = record(case)
    event["requestParameters"] = {**(event["requestParameters"] or {}), name: value}
    for diagnosis in diagnoses(event, case):
        assert [step.number for step in diagnosis.steps] == [1, 2, 3, 4]
