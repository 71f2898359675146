"""The requests that AWS makes behind a call: one file per kind, listed in ``BEHIND``."""

from __future__ import annotations

from troubleshooter.diagnosis.behind.behind import Behind, FindBehind
from troubleshooter.diagnosis.behind.copy_source import copy_source
from troubleshooter.diagnosis.behind.kms_key import kms_key, seen_through_service
from troubleshooter.diagnosis.behind.pass_role import pass_role
from troubleshooter.diagnosis.behind.session import session_tags, source_identity

BEHIND: tuple[FindBehind, ...] = (copy_source, kms_key, pass_role, session_tags, source_identity)

__all__ = ["BEHIND", "Behind", "seen_through_service"]
