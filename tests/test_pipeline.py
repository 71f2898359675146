"""The public API and the pipeline behind it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

import troubleshooter
from tests.cases.samples import CASES, SAMPLES, diagnosis_of
from troubleshooter import Diagnosis, Evidence, diagnose, load_snapshot, parse
from troubleshooter.model.diagnosis import PolicyChangeEvent

STEP_IDS = ["identity_policy", "resource_policy", "simulator", "scp"]


def test_every_public_name_can_be_loaded() -> None:
    for name in troubleshooter.__all__:
        assert getattr(troubleshooter, name) is not None
    assert set(troubleshooter.__all__) <= set(dir(troubleshooter))


def test_a_name_that_is_not_public_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = troubleshooter.nothing


def test_importing_the_package_loads_none_of_its_rooms() -> None:
    program = "import sys, troubleshooter; print([name for name in sys.modules if name.startswith('troubleshooter.')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_main_job_needs_no_aws_or_data_frame_library() -> None:
    program = (
        "import sys; from troubleshooter import diagnose, load_snapshot, parse\n"
        f"folder = {str(SAMPLES / 'region-not-allowed')!r}\n"
        "denial = parse(open(folder + '/event.json').read())[0]\n"
        "diagnose(denial, load_snapshot(folder + '/snapshot'))\n"
        "heavy = {'boto3', 'botocore', 'pandas', 'duckdb', 'typer', 'rich', 'jinja2', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("case", CASES)
def test_the_four_steps_always_stand_in_the_guides_order(case: str) -> None:
    steps = diagnosis_of(case).steps
    assert [step.id for step in steps] == STEP_IDS
    assert [step.number for step in steps] == [1, 2, 3, 4]
    assert all(step.summary for step in steps)


def test_values_are_frozen() -> None:
    diagnosis = diagnosis_of("region-not-allowed")
    with pytest.raises(FrozenInstanceError):
        diagnosis.decision = None  # type: ignore[misc, assignment]


def test_the_same_input_gives_the_same_answer() -> None:
    assert diagnosis_of("scp-explicit-deny") == diagnosis_of("scp-explicit-deny")


def test_changes_are_passed_through() -> None:
    change = PolicyChangeEvent(
        event_id="1",
        event_time="2026-10-05T09:00:00Z",
        api_call="PutRolePolicy",
        principal="arn:aws:iam::111122223333:user/lena.admin",
        target="orders-api",
        minutes_before_first_denial=20.0,
        why_suspect="writes the caller's policy",
    )
    folder = SAMPLES / "identity-policy-implicit-deny"
    denial = parse((folder / "event.json").read_text())[0]
    diagnosis: Diagnosis = diagnose(denial, load_snapshot(folder / "snapshot"), [change])
    assert diagnosis.changes == (change,)


def test_text_without_a_denial_parses_to_nothing() -> None:
    assert parse("An error occurred (ThrottlingException) when calling the Invoke operation: Rate exceeded") == []


def test_a_pasted_error_alone_gives_a_diagnosis() -> None:
    text = (
        "An error occurred (AccessDenied) when calling the GetObject operation: User: "
        "arn:aws:iam::111122223333:user/mika is not authorized to perform: s3:GetObject on resource: "
        '"arn:aws:s3:::harborline-orders/a" with an explicit deny in a resource-based policy'
    )
    (denial,) = parse(text)
    first = diagnose(denial, Evidence()).findings[0]
    assert first.cause == "resource-policy-explicit-deny"
    assert first.playbook == "playbooks/resource-policy-explicit-deny.md"
