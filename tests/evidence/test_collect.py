"""Snapshots as ``collect`` writes them: whole or not at all, private, resumable, for one denial or an organization."""

from __future__ import annotations

import json
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.evidence.conftest import ACCOUNT, REGION, Wire, refusal
from tests.evidence.helpers import POLICY, TRUST, USER, client, collect, denial
from troubleshooter.errors import UnreachableError, UsageError
from troubleshooter.evidence.live import LiveOptions
from troubleshooter.evidence.snapshot import load_snapshot
from troubleshooter.evidence.snapshot_write import save_snapshot
from troubleshooter.model.evidence import Evidence, OrganizationEvidence
from troubleshooter.usecases.collect import CollectPlan, role_in
from troubleshooter.usecases.collect import collect as collect_plan

DENIAL = denial("s3:GetObject", "arn:aws:s3:::data/x")


def _account(wire: Wire) -> None:
    iam = client("iam")
    iam.create_user(UserName="joe", Tags=[{"Key": "team", "Value": "blue"}])
    iam.put_user_policy(UserName="joe", PolicyName="own", PolicyDocument=json.dumps(POLICY))
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    client("s3").create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": REGION})
    client("sqs").create_queue(QueueName="jobs")
    assert wire


def _members() -> list[str]:
    made = client("organizations")
    made.create_organization(FeatureSet="ALL")
    statuses = [
        made.create_account(Email=f"member{number}@example.com", AccountName=f"member{number}") for number in range(3)
    ]
    return [str(status["CreateAccountStatus"]["AccountId"]) for status in statuses]


def test_a_snapshot_of_one_denial_reads_back_as_it_was(wire: Wire, tmp_path: Path) -> None:
    _account(wire)
    evidence = collect(wire, DENIAL)
    save_snapshot(evidence, tmp_path / "one")
    assert replace(load_snapshot(tmp_path / "one"), source=evidence.source) == evidence


def test_no_organization_is_written_as_null_and_read_back(tmp_path: Path) -> None:
    evidence = Evidence(organization=OrganizationEvidence(exists=False), collected_at="2026-02-11T12:00:00Z")
    save_snapshot(evidence, tmp_path / "none")
    assert json.loads((tmp_path / "none" / "organization.json").read_text()) is None
    assert load_snapshot(tmp_path / "none").organization == evidence.organization


def test_files_are_for_their_owner_only(wire: Wire, tmp_path: Path) -> None:
    _account(wire)
    save_snapshot(collect(wire, DENIAL), tmp_path / "one")
    for path in (tmp_path / "one").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_failed_write_leaves_the_older_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_snapshot(Evidence(collected_at="old"), tmp_path / "one")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("troubleshooter.evidence.snapshot_write.write_root", fail)
    with pytest.raises(UsageError, match="No space left"):
        save_snapshot(Evidence(collected_at="new"), tmp_path / "one")
    assert json.loads((tmp_path / "one" / "snapshot.json").read_text())["collected_at"] == "old"


def test_what_is_no_snapshot_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(UsageError, match="is no snapshot"):
        save_snapshot(Evidence(), tmp_path / "mine")
    with pytest.raises(UsageError, match="is no snapshot"):
        collect_plan(CollectPlan(out=tmp_path / "mine", overwrite=True), LiveOptions())
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_a_snapshot_is_replaced_only_when_asked(wire: Wire, tmp_path: Path) -> None:
    _account(wire)
    out = tmp_path / "one"
    collect_plan(CollectPlan(out=out, denials=(DENIAL,)), LiveOptions())
    with pytest.raises(UsageError, match="--overwrite"):
        collect_plan(CollectPlan(out=out, denials=(DENIAL,)), LiveOptions())
    collect_plan(CollectPlan(out=out, denials=(DENIAL,), overwrite=True), LiveOptions())


def test_a_whole_account_is_the_default(wire: Wire, tmp_path: Path) -> None:
    _account(wire)
    collected = collect_plan(CollectPlan(out=tmp_path / "all"), LiveOptions())
    evidence = load_snapshot(tmp_path / "all")
    account = evidence.accounts[ACCOUNT]
    assert collected.accounts == (ACCOUNT,)
    assert account.identities_complete
    assert USER in (account.users or {})
    assert f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs" in (account.resource_policies or {})
    assert evidence.gaps == collected.gaps
    assert not list(tmp_path.glob("*.partial"))
    assert not [path for path in (tmp_path / "all").iterdir() if path.name.startswith(".")]


def test_a_whole_organization_with_a_role_name_for_every_account(wire: Wire, tmp_path: Path) -> None:
    members = _members()
    done: list[tuple[int, int]] = []
    plan = CollectPlan(out=tmp_path / "org", organization=True, roles=("Audit",))
    collected = collect_plan(plan, LiveOptions(), lambda count, total, _: done.append((count, total)))
    assert set(collected.accounts) == {ACCOUNT, *members}
    evidence = load_snapshot(tmp_path / "org")
    assert set(evidence.accounts) == {ACCOUNT, *members}
    assert evidence.organization is not None
    assert set(members) <= set(evidence.organization.parents)
    assert done == [(number, 4) for number in range(1, 5)]
    assert wire


def test_a_cut_run_goes_on_after_the_last_whole_account(wire: Wire, tmp_path: Path) -> None:
    members = _members()
    plan = CollectPlan(out=tmp_path / "org", organization=True, roles=("arn:aws:iam::*:role/Audit",), jobs=1)
    left = [2]

    def cut(_: int, __: int, ___: str) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect_plan(plan, LiveOptions(), cut)
    assert not (tmp_path / "org").exists()
    collected = collect_plan(plan, LiveOptions())
    assert collected.resumed == 2
    assert wire
    assert set(load_snapshot(tmp_path / "org").accounts) == {ACCOUNT, *members}


def test_another_plan_does_not_go_on_with_a_cut_run(wire: Wire, tmp_path: Path) -> None:
    _members()
    plan = CollectPlan(out=tmp_path / "org", organization=True, roles=("Audit",), jobs=1)

    def cut(_: int, __: int, ___: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect_plan(plan, LiveOptions(), cut)
    assert collect_plan(replace(plan, regions=("us-west-2",)), LiveOptions()).resumed == 0
    assert wire


def test_an_account_whose_role_refuses_is_all_gaps(wire: Wire, tmp_path: Path) -> None:
    members = _members()
    wire.recording = True
    wire.trouble = lambda _, operation, given: (
        refusal(operation) if operation == "AssumeRole" and members[0] in str(given["RoleArn"]) else None
    )
    collect_plan(CollectPlan(out=tmp_path / "org", organization=True, roles=("Audit",)), LiveOptions())
    evidence = load_snapshot(tmp_path / "org")
    assert members[0] not in evidence.accounts
    assert any(members[0] in gap.scope and "sts:AssumeRole" in gap.remedy for gap in evidence.gaps)


def test_a_pattern_needs_an_organization(wire: Wire, tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="could not be listed"):
        collect_plan(CollectPlan(out=tmp_path / "org", roles=("Audit",)), LiveOptions())
    assert wire


def test_time_that_is_up_keeps_the_finished_accounts(wire: Wire, tmp_path: Path) -> None:
    _members()
    plan = CollectPlan(out=tmp_path / "org", organization=True, roles=("Audit",), jobs=1)

    def slow(_: str, operation: str, __: object) -> Exception | None:
        if operation == "GetAccountAuthorizationDetails":
            time.sleep(3)
        return None

    wire.recording, wire.trouble = True, slow
    with pytest.raises(UnreachableError, match=r"time was up after \d of 4 accounts"):
        collect_plan(plan, LiveOptions(timeout=6.0))
    assert not (tmp_path / "org").exists()


def test_role_patterns() -> None:
    assert role_in("Audit", "111122223333", "aws") == "arn:aws:iam::111122223333:role/Audit"
    assert role_in("arn:aws-cn:iam::*:role/x/Audit", "111122223333", "aws-cn") == (
        "arn:aws-cn:iam::111122223333:role/x/Audit"
    )
