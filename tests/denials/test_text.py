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


def test_the_request_id_belongs_to_the_call_that_is_told() -> None:
    text = (
        "AccessDenied: Access Denied\n\tstatus code: 403, request id: AAAA1111BBBB2222, host id: x\n"
        "Error putting S3 policy: AccessDenied: Access Denied\n\tstatus code: 403, request id: CCCC3333DDDD4444"
    )
    (denial,) = parse_text(text)
    assert isinstance(denial, Denial)
    assert (denial.action, denial.request_id) == ("s3:PutBucketPolicy", "CCCC3333DDDD4444")


def test_boxes_with_several_errors_give_each() -> None:
    boxes = "".join(
        f"╷\n│ Error: reading IAM Role ({name}): operation error IAM: GetRole, https response error StatusCode: 403,\n"
        f"│ RequestID: 0000000{number}-1111-2222-3333-444455556666, api error AccessDenied: User:\n"
        "│ arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:GetRole on resource:\n"
        f"│ role {name} because no identity-based policy allows the iam:GetRole action\n│ \n╵\n"
        for number, name in enumerate(("one", "two", "three"))
    )
    found = [item for item in parse_text(boxes) if isinstance(item, Denial)]
    assert [item.resource for item in found] == ["role one", "role two", "role three"]
    assert [str(item.request_id)[7] for item in found] == ["0", "1", "2"]
    assert {item.stated_policy_type for item in found} == {"identity_policy"}


def test_every_filled_field_says_where_it_came_from() -> None:
    for case in CASES:
        for item in parse_text(case["text"]):
            assert isinstance(item, Denial)
            for name in ("action", "resource", "error_code", "region", "stated_policy_type", "request_id", "api_call"):
                if getattr(item, name):
                    assert item.provenance.get(name), (case["name"], name)
