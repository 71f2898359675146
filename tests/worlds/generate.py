"""A seed -> a world with zero, one or two faults whose blocking layers are known."""

import json
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from tests.worlds.faults import FAULTS
from tests.worlds.trust import ASSUME, TRUST_FAULTS, healthy_trust, inject_trust
from tests.worlds.world import Truth, World, healthy

NAMES = ("", *sorted([*FAULTS, *TRUST_FAULTS]))
"""What the worlds are about, one after the other; the empty name is a world in which nothing is wrong."""

_WITH_TRUST = ("scp_deny_tag", "scp_deny_service", "scp_bare_level")
"""Second faults that fit a trust policy's world: they deny sts:AssumeRole too."""


def make_world(seed: int) -> World:
    """Return the world of a seed, faults injected; the same one every time. Every third has a second fault."""
    first = NAMES[seed % len(NAMES)]
    if first in TRUST_FAULTS:
        return _trust_world(seed, first)
    world = next(found for found in map(healthy, range(seed * 1000, seed * 1000 + 1000)) if _fits(found, first))
    if first:
        _inject(world, first)
    if first and world.rng.random() < 1 / 3:
        free = sorted(name for name in FAULTS if _fits(world, name) and not _clashes(world, name))
        layer = world.rng.choice(sorted({FAULTS[name][0] for name in free}))
        _inject(world, world.rng.choice([name for name in free if FAULTS[name][0] == layer]))
    return world


def _fits(world: World, name: str) -> bool:
    return not name or FAULTS[name][2](world)


def _inject(world: World, name: str) -> None:
    policy_type, decision, _, inject = FAULTS[name]
    element, where = inject(world)
    world.truths.append(
        Truth(fault=name, policy_type=policy_type, decision=decision, element=element, attached_to=where)
    )


def _clashes(world: World, name: str) -> bool:
    """Two faults in one layer, or in one policy of it, hide each other; so does a key policy that decides alone."""
    kind = FAULTS[name][0]
    layers = {truth.policy_type for truth in world.truths}
    alone = "kms_no_delegation"
    if (name == alone and "identity_policy" in layers) or (
        kind == "identity_policy" and any(truth.fault == alone for truth in world.truths)
    ):
        return True
    related = {"resource_policy", "s3_public_access_block"}
    return kind in layers or (kind in related and bool(layers & related))


def _trust_world(seed: int, name: str) -> World:
    applies = TRUST_FAULTS[name][0]
    world = next(found for found in map(healthy_trust, range(seed * 1000, seed * 1000 + 1000)) if applies(found))
    inject_trust(world, name)
    if world.call is ASSUME and world.rng.random() < 1 / 3:
        _inject(world, world.rng.choice(_WITH_TRUST))
    return world


def write_snapshot(world: World, folder: Path) -> Path:
    """Write the world's snapshot folder."""
    header = {"schema_version": 1, "collected_at": "2026-05-01T11:00:00Z", "tool_version": "0.0.0"}
    rng = Random(len(world.event["eventID"]) + int(world.owner))
    for name, content in {**world.files, "snapshot.json": header, "gaps.json": []}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_with_texts(content, rng)))
    return folder


def _with_texts(value: Any, rng: Random) -> Any:
    """Turn some policy documents into text, URL-encoded or not, as the APIs return them."""
    if isinstance(value, list):
        return [_with_texts(item, rng) for item in value]
    if not isinstance(value, dict):
        return value
    if "Statement" in value and rng.random() < 0.3:
        text = json.dumps(value)
        return rng.choice([text, quote(text)])
    return {key: _with_texts(item, rng) for key, item in value.items()}
