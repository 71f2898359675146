"""File names and labels made from policy names: letters, digits, dot, dash and underscore only."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from troubleshooter.model.arn import parse_arn
from troubleshooter.model.diagnosis import Change

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 60


def stem(change: Change, number: int) -> str:
    """Return a file name without ending for a change: ``1-report-access``; unique by its number."""
    return f"{number}-{_fit(_label(change)) or change.policy_type.value.replace('_', '-')}"


def identifier(change: Change, number: int) -> str:
    """Return a Terraform or YAML identifier for a change: a letter, then letters, digits and underscores."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", _fit(_label(change))).strip("_").lower()
    return f"{words or 'policy'}_{number}" if words[:1].isalpha() else f"policy_{words or 'x'}_{number}"


def logical_id(change: Change, number: int) -> str:
    """Return a CloudFormation logical id: letters and digits only."""
    return "".join(part.title() for part in identifier(change, number).split("_"))


def _label(change: Change) -> str:
    if change.policy_name:
        return change.policy_name
    arn = parse_arn(change.policy_arn or change.target_arn)
    return PurePosixPath(arn.resource_id).name if arn else change.target_arn


def _fit(text: str) -> str:
    return _UNFIT.sub("-", text).strip("-.")[:_LONGEST]
