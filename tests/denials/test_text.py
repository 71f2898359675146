from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from troubleshooter.denials.parse import parse_text
from troubleshooter.model.denial import Denial, NotADenial

HERE = Path(__file__).parent
CASES = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))
LOOK_ALIKES = json.loads((HERE / "look_alikes.json").read_text(encoding="utf-8"))


def value_of(denials: list[Denial], field: str) -> object:
    first = denials[0]
    special: dict[str, object] = {
        "count": len(denials),
        "principal": first.principal.arn,
        "principal_kind": first.principal.kind.value,
        "principal_account": first.principal.account,
        "hint": first.resource_hint,
    }
    return special[field] if field in special else getattr(first, field)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_form_of_a_denial(case: dict[str, Any]) -> None:
    found = [item for item in parse_text(case["text"]) if isinstance(item, Denial)]
    assert found, parse_text(case["text"])
    assert {field: value_of(found, field) for field in case["expected"]} == case["expected"]


@pytest.mark.parametrize("case", LOOK_ALIKES, ids=[case["text"][:60] for case in LOOK_ALIKES])
def test_look_alikes_are_named_for_what_they_are(case: dict[str, Any]) -> None:
    found = parse_text(case["text"])
    assert [type(item) for item in found] == [NotADenial]
    assert isinstance(found[0], NotADenial)
    assert (found[0].kind, found[0].error_code) == (case["kind"], case["error_code"])
    assert found[0].advice
