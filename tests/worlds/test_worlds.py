"""Laws over made-up organizations: what blocks is found, the fix works, and it opens nothing else."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers

from tests.engine.reference_engine import decide
from tests.worlds.apply_to_files import apply_to_files
from tests.worlds.as_case import case_of
from tests.worlds.generate import NAMES, make_world, write_snapshot
from tests.worlds.world import World
from troubleshooter.denials.record import parse_record
from troubleshooter.evidence.snapshot import load_snapshot
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.vocabulary import Decision
from troubleshooter.pipeline import diagnose

SEEDS = range(4 * len(NAMES))
SAMPLE = 24


@dataclass(kw_only=True)
class Diagnosed:
    seed: int
    world: World
    diagnosis: Diagnosis
    fixed: dict[str, dict[str, object]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def diagnosed(tmp_path_factory: pytest.TempPathFactory) -> list[Diagnosed]:
    root = tmp_path_factory.mktemp("worlds")
    return [_diagnosed(seed, root / str(seed)) for seed in SEEDS]


def _diagnosed(seed: int, folder: Path) -> Diagnosed:
    world = make_world(seed)
    denial = parse_record(world.event)
    assert isinstance(denial, Denial)
    diagnosis = diagnose(denial, load_snapshot(write_snapshot(world, folder)))
    fixed = apply_to_files(world.files, diagnosis.fix.changes) if diagnosis.fix else world.files
    return Diagnosed(seed=seed, world=world, diagnosis=diagnosis, fixed=fixed)


def _faults(item: Diagnosed) -> str:
    return f"{item.seed}: " + " + ".join(truth.fault for truth in item.world.truths)


def _decided(item: Diagnosed, files: dict[str, dict[str, object]], who: tuple[str, str, str]) -> str:
    return str(decide(case_of(item.world, files, *who))["decision"])


def _asked(item: Diagnosed) -> tuple[str, str, str]:
    return item.world.principal, item.world.call.action, item.world.resource


def test_the_reference_agrees_with_the_truth_of_every_world(diagnosed: list[Diagnosed]) -> None:
    wrong = []
    for item in diagnosed:
        answer = decide(case_of(item.world, item.world.files, *_asked(item)))
        if set(answer["blocked_by"]) != {truth.policy_type for truth in item.world.truths}:
            wrong.append((_faults(item), answer))
    assert wrong == []


def test_every_blocking_layer_is_found_and_no_other(diagnosed: list[Diagnosed]) -> None:
    wrong = []
    for item in diagnosed:
        found = Counter(
            (str(each.policy_type), str(each.decision)) for each in item.diagnosis.findings if each.blocking
        )
        truth = Counter((each.policy_type, each.decision) for each in item.world.truths)
        if found != truth:
            wrong.append((_faults(item), found))
    assert wrong == []


def test_a_blocking_finding_comes_first(diagnosed: list[Diagnosed]) -> None:
    wrong = [_faults(item) for item in diagnosed if item.world.truths and not item.diagnosis.findings[0].blocking]
    assert wrong == []


def test_current_policies_that_allow_are_recognised(diagnosed: list[Diagnosed]) -> None:
    for item in diagnosed:
        allows = item.diagnosis.decision is Decision.ALLOW
        assert allows is (not item.world.truths), _faults(item)


def test_the_element_that_nearly_matched_is_named(diagnosed: list[Diagnosed]) -> None:
    wrong = []
    for item in diagnosed:
        for truth in item.world.truths:
            found = next((each for each in item.diagnosis.findings if each.policy_type == truth.policy_type), None)
            near = found.near_miss if found is not None else None
            if truth.element is not None and (near is None or near.element != truth.element):
                wrong.append((_faults(item), truth.element, near))
    assert wrong == []


def test_every_fix_is_verified_and_the_reference_allows(diagnosed: list[Diagnosed]) -> None:
    wrong = []
    for item in diagnosed:
        fix = item.diagnosis.fix
        if item.world.truths and not (fix and fix.verified and _decided(item, item.fixed, _asked(item)) == "allow"):
            wrong.append((_faults(item), fix))
    assert wrong == []


def test_no_fix_has_a_spare_change(diagnosed: list[Diagnosed]) -> None:
    for item in diagnosed:
        changes = item.diagnosis.fix.changes if item.diagnosis.fix else ()
        for left_out in changes:
            files = apply_to_files(item.world.files, [change for change in changes if change is not left_out])
            assert _decided(item, files, _asked(item)) != "allow", _faults(item)


def test_no_fix_opens_another_request(diagnosed: list[Diagnosed]) -> None:
    opened = [
        (_faults(item), who)
        for item in diagnosed
        for who in _sample(item.world)
        if _decided(item, item.fixed, who) == "allow" and _decided(item, item.world.files, who) != "allow"
    ]
    assert opened == []


def test_no_fix_closes_another_request(diagnosed: list[Diagnosed]) -> None:
    closed = [
        (_faults(item), who)
        for item in diagnosed
        for who in _sample(item.world)
        if _decided(item, item.fixed, who) != "allow" and _decided(item, item.world.files, who) == "allow"
    ]
    assert closed == []


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(seed=integers(min_value=10_000, max_value=10**9))
def test_a_shown_fix_flips_the_decision_and_has_no_spare_part(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    item = _diagnosed(seed, tmp_path_factory.mktemp("world"))
    changes = item.diagnosis.fix.changes if item.diagnosis.fix else ()
    assert _decided(item, item.fixed, _asked(item)) == "allow"
    for left_out in changes:
        files = apply_to_files(item.world.files, [change for change in changes if change is not left_out])
        assert _decided(item, files, _asked(item)) != "allow"


def test_a_fix_grants_what_was_asked_and_says_so(diagnosed: list[Diagnosed]) -> None:
    for item in diagnosed:
        fix = item.diagnosis.fix
        if fix is not None and fix.changes:
            granted = {(grant.action, grant.resource) for grant in fix.grants}
            assert granted == {(item.world.call.action, item.world.resource)}, _faults(item)


def test_an_allow_is_never_offered_against_a_deny(diagnosed: list[Diagnosed]) -> None:
    for item in diagnosed:
        denied = {truth.policy_type for truth in item.world.truths if truth.decision == "explicit_deny"}
        implicit = {truth.policy_type for truth in item.world.truths} - denied
        changes = item.diagnosis.fix.changes if item.diagnosis.fix else ()
        touched = {str(change.policy_type) for change in changes}
        assert touched == denied | {_edited(kind) for kind in implicit}, _faults(item)


def _edited(kind: str) -> str:
    return "resource_policy" if kind == "s3_public_access_block" else kind


def _sample(world: World) -> list[tuple[str, str, str]]:
    """Other requests: other principals, actions and resources, close by and far away."""
    service = world.call.action.split(":", maxsplit=1)[0]
    details = [world.details(account) for account in world.members]
    others = [entry["Arn"] for each in details for name in ("UserDetailList", "RoleDetailList") for entry in each[name]]
    actions = [world.call.action, *world.call.siblings, f"{service}:ListTagsForResource", "ec2:RunInstances"]
    resources = [world.resource, world.base, f"{world.resource}x", f"{world.base}/other/key"]
    every = [
        who
        for who in product([world.principal, *others], actions, resources)
        if who != (world.principal, world.call.action, world.resource)
        and who != (world.caller["Arn"], world.call.action, world.resource)
    ]
    return Random(len(every)).sample(every, min(SAMPLE, len(every)))
