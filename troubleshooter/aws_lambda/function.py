"""``handler(event, context)``: explain the denials of one event; no event makes it fail that could not succeed later.

Settings come from the environment: ``TROUBLESHOOTER_LIVE=1`` reads policies with the function's own role,
``TROUBLESHOOTER_ASSUME_ROLES`` (ARNs parted by commas) reads other accounts, ``TROUBLESHOOTER_SNAPSHOT``
names a folder to evaluate against instead, ``TROUBLESHOOTER_PLAYBOOKS`` a folder of own pages, and
``TROUBLESHOOTER_REDACT=1`` masks names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from troubleshooter.errors import NoDenialError, UnreadableInputError, UsageError
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.evidence import Evidence
from troubleshooter.reports import json_report
from troubleshooter.reports.options import RenderOptions
from troubleshooter.reports.prepare import prepared
from troubleshooter.reports.sanitize import line
from troubleshooter.usecases import playbooks, runbook
from troubleshooter.usecases.explain import explain_input
from troubleshooter.usecases.playbook_values import placeholder_values

_TIMEOUT = 40.0


def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
    """Return ``{"runbook", "slack", "diagnosis", "skipped"}`` for an EventBridge CloudTrail event.

    ``runbook`` is Markdown, ``slack`` a Block Kit message, ``diagnosis`` the contract's JSON. They are null
    where there is nothing to explain, and ``skipped`` says why: no denial, or this function's own calls
    (whose denials would start it again and again). Raises UnreachableError where AWS cannot be read, so
    that Lambda tries again.
    """
    try:
        diagnoses = explain_input(json.dumps(event), "the event", _evidence_for).diagnoses
    except (NoDenialError, UnreadableInputError, UsageError) as trouble:
        return _skipped(line(str(trouble)))
    wanted = tuple(diagnosis for diagnosis in diagnoses if not _is_own(diagnosis, context))
    if not wanted:
        return _skipped("the denied call is this function's own")
    return _told(wanted)


def _told(diagnoses: tuple[Diagnosis, ...]) -> dict[str, Any]:
    masked = prepared(diagnoses, RenderOptions(redact=os.environ.get("TROUBLESHOOTER_REDACT") == "1"))
    own_pages = os.environ.get("TROUBLESHOOTER_PLAYBOOKS")
    pages = playbooks.load(Path(own_pages) if own_pages else None, placeholder_values())
    options = RenderOptions()
    slack: dict[str, Any] = json.loads(runbook.render(masked, pages, "slack", options))
    return {
        "runbook": runbook.render(masked, pages, "markdown", options),
        "slack": slack,
        "diagnosis": json_report.as_object(masked),
        "skipped": None,
    }


def _skipped(reason: str) -> dict[str, Any]:
    return {"runbook": None, "slack": None, "diagnosis": None, "skipped": reason}


def _is_own(diagnosis: Diagnosis, context: object) -> bool:
    """Tell a denial of this very function: Lambda names a function's session after it."""
    own = os.environ.get("AWS_LAMBDA_FUNCTION_NAME") or getattr(context, "function_name", None)
    return own is not None and diagnosis.denial.principal.session_name == own


def _evidence_for(denial: Denial) -> Evidence:
    snapshot = os.environ.get("TROUBLESHOOTER_SNAPSHOT")
    if snapshot:
        from troubleshooter.evidence.snapshot import load_snapshot

        return load_snapshot(Path(snapshot))
    if os.environ.get("TROUBLESHOOTER_LIVE") != "1":
        return Evidence()
    from troubleshooter.evidence.live import LiveOptions, collect_for

    roles = tuple(role for role in os.environ.get("TROUBLESHOOTER_ASSUME_ROLES", "").split(",") if role)
    return collect_for(denial, LiveOptions(assume_role=roles, timeout=_TIMEOUT))
