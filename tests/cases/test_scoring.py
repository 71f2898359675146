"""The scoring program over made-up organizations whose truth is known."""

from __future__ import annotations

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.cases.samples import diagnosis_of
from tests.worlds.generate import make_world, write_snapshot

SEEDS = range(8)


@pytest.fixture(scope="module")
def scoring() -> ModuleType:
    """The program of benchmarks/, which is a folder of scripts and no package."""
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "score_scenarios.py"
    spec = spec_from_file_location("score_scenarios", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _write(seed: int, folder: Path) -> None:
    world = make_world(seed)
    write_snapshot(world, folder / "snapshot")
    (folder / "event.json").write_text(json.dumps({"Records": [world.event]}))
    blocking = [
        {
            "policy_type": truth.policy_type,
            "decision": truth.decision.removesuffix("_deny"),
            "near_miss_element": truth.element,
            "where": {"policy_name": None, "policy_arn": None, "sid": None, "attached_to": None},
        }
        for truth in world.truths
    ]
    expected = {"blocking": blocking, "allowed_by_current_policies": not world.truths}
    (folder / "expected.json").write_text(json.dumps(expected))


def test_made_up_organizations_score_in_full(
    scoring: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in SEEDS:
        _write(seed, tmp_path / str(seed))
    assert scoring.main([str(tmp_path), "--misses"]) == 0
    assert f"everything       {len(SEEDS)} of     {len(SEEDS)}" in capsys.readouterr().out


def test_without_a_folder_there_is_nothing_to_score(scoring: ModuleType) -> None:
    assert scoring.main([]) == 0


def test_a_wrong_expectation_is_a_miss(scoring: ModuleType) -> None:
    expected = {"blocking": [], "allowed_by_current_policies": True}
    score = scoring.compare(diagnosis_of("region-not-allowed"), expected)
    assert score.right["blocking"] is False
    assert score.right["allowed"] is False
    assert any("scp" in miss for miss in score.misses)
