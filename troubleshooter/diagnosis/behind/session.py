"""What AssumeRole needs besides itself: permission to set session tags and a source identity.

Both are checked against the role's trust policy (and the caller's identity policy) as actions of their own
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from troubleshooter.diagnosis.behind.behind import Behind, follow_up, parameters, text_at
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request


def session_tags(denial: Denial, primary: Request, evidence: Evidence) -> Iterable[Behind]:
    """Yield sts:TagSession where the call passes session tags."""
    del evidence
    tags = _tags(parameters(denial).get("tags")) if _assumes(primary) else {}
    if tags:
        context = {f"aws:RequestTag/{key}": (value,) for key, value in tags.items()}
        yield _also(primary, "sts:TagSession", "session_tags", {**context, "aws:TagKeys": tuple(tags)})


def source_identity(denial: Denial, primary: Request, evidence: Evidence) -> Iterable[Behind]:
    """Yield sts:SetSourceIdentity where the call sets a source identity."""
    del evidence
    identity = text_at(parameters(denial), "sourceIdentity") if _assumes(primary) else None
    if identity:
        yield _also(primary, "sts:SetSourceIdentity", "source_identity", {"sts:SourceIdentity": (identity,)})


def _assumes(primary: Request) -> bool:
    return primary.action.lower().startswith("sts:assumerole")


def _tags(value: object) -> dict[str, str]:
    entries = value if isinstance(value, list | tuple) else ()
    pairs = [(entry.get("key"), entry.get("value", "")) for entry in entries if isinstance(entry, Mapping)]
    return {key: str(tag) for key, tag in pairs if isinstance(key, str) and key}


def _also(primary: Request, action: str, role: str, context: Mapping[str, tuple[str, ...]]) -> Behind:
    return Behind(
        request=follow_up(
            primary,
            action=action,
            resource=primary.resource,
            resource_account=primary.resource_account,
            context=context,
            same_service=True,
        ),
        role=role,
        why=f"the call sets {'session tags' if role == 'session_tags' else 'a source identity'}, which needs {action}",
    )
