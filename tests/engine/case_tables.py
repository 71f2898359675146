"""The JSON case tables of ``cases/``, checked field by field, as objects of ``simulate --cases``."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases"
DECISIONS = {"Allowed": "allow", "ImplicitlyDenied": "implicit_deny", "ExplicitlyDenied": "explicit_deny"}
FIELDS = {"name", "rules", "request", "policies", "settings", "expected", "cite", "blocked_by"}
REQUIRED = FIELDS - {"settings", "blocked_by"}
REQUEST = {"principal", "action", "resource", "resource_account", "context"}
POLICIES: dict[str, Any] = {
    "identity": [],
    "permissions_boundary": None,
    "session": [],
    "resource": None,
    "scp": [],
    "rcp": [],
    "vpc_endpoint": [],
}
SETTINGS = {
    "principal_in_management_account",
    "resource_in_management_account",
    "service_linked_role",
    "principal_role_arn",
    "wildcard_only_action",
    "s3",
}


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    topic: str
    rules: tuple[int, ...]
    expected: str
    cite: str
    blocked_by: list[str] | None
    body: dict[str, Any]


def read_case(raw: dict[str, Any], topic: str) -> Case:
    extra = (
        set(raw) - FIELDS
        | REQUIRED - set(raw)
        | set(raw["request"]) ^ REQUEST
        | set(raw["policies"]) - set(POLICIES)
        | set(raw.get("settings", {})) - SETTINGS
    )
    if extra or raw["expected"] not in {*DECISIONS, "Error"} or not raw["cite"].startswith("https://"):
        raise ValueError(f"{topic}: {raw.get('name')}: unknown or missing field: {sorted(extra)}")
    return Case(
        name=raw["name"],
        topic=topic,
        rules=tuple(raw["rules"]),
        expected=raw["expected"],
        cite=raw["cite"],
        blocked_by=raw.get("blocked_by"),
        body={
            "id": f"{topic}: {raw['name']}",
            "request": raw["request"],
            "policies": {**POLICIES, **raw["policies"]},
            "settings": raw.get("settings", {}),
        },
    )


def all_cases() -> list[Case]:
    return [read_case(raw, path.stem) for path in sorted(FOLDER.glob("*.json")) for raw in json.loads(path.read_text())]


def mistake(case: Case, answer: dict[str, Any]) -> str | None:
    """How an answer differs from the expectation; None when it does not."""
    if case.expected == "Error":
        good = answer["error"] is not None and answer["decision"] != "allow"
    else:
        good = answer["error"] is None and answer["decision"] == DECISIONS[case.expected]
    if good and case.blocked_by is not None:
        good = sorted(answer["blocked_by"]) == sorted(case.blocked_by)
    return None if good else f"expected {case.expected} {case.blocked_by or ''}, got {answer}; see {case.cite}"
