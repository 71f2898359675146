"""A seed -> a world with zero, one or two faults whose blocking layers are known."""

import json
from pathlib import Path

from tests.worlds.faults import FAULTS
from tests.worlds.trust import TRUST_FAULTS, healthy_trust, inject_trust
from tests.worlds.world import Truth, World, healthy

_RANDOM_TRUST = 6
"""One world in so many is about a trust policy."""


def make_world(seed: int) -> World:
    """Return the world of a seed, faults injected; the same one every time."""
    if seed % _RANDOM_TRUST == _RANDOM_TRUST - 1:
        return _trust_world(seed)
    world = healthy(seed)
    fitting = sorted(name for name, (_, _, applies, _) in FAULTS.items() if applies(world))
    for _ in range(world.rng.choices([0, 1, 2], weights=[1, 6, 3])[0]):
        free = [name for name in fitting if not _clashes(world, name)]
        name = world.rng.choice(free)
        policy_type, decision, _, inject = FAULTS[name]
        element, where = inject(world)
        world.truths.append(
            Truth(fault=name, policy_type=policy_type, decision=decision, element=element, attached_to=where)
        )
    return world


def _clashes(world: World, name: str) -> bool:
    """Two faults in one layer, or in one policy of it, hide each other."""
    kind = FAULTS[name][0]
    layers = {truth.policy_type for truth in world.truths}
    related = {"resource_policy", "s3_public_access_block"}
    return kind in layers or (kind in related and bool(layers & related))


def _trust_world(seed: int) -> World:
    world = healthy_trust(seed)
    fitting = sorted(name for name, (applies, _, _) in TRUST_FAULTS.items() if applies(world))
    inject_trust(world, world.rng.choice(fitting))
    return world


def write_snapshot(world: World, folder: Path) -> Path:
    """Write the world's snapshot folder."""
    header = {"schema_version": 1, "collected_at": "2026-05-01T11:00:00Z", "tool_version": "0.0.0"}
    for name, content in {**world.files, "snapshot.json": header, "gaps.json": []}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    return folder
