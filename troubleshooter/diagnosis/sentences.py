"""Sentences about a blocking layer that several causes share."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.model.policy import PolicySource
from troubleshooter.model.vocabulary import Element, PolicyType
from troubleshooter.steps.words import (
    attached_words,
    layer_words,
    listing,
    near_miss_words,
    principal_words,
    sentence,
    statement_words,
)

_NEVER_GRANTS = {
    PolicyType.BOUNDARY: "a permissions boundary grants nothing, it only limits: what it does not list is denied",
    PolicyType.SESSION: "a session policy grants nothing, it only limits: what it does not list is denied",
    PolicyType.SCP: "every level from the root to the account needs an SCP that allows",
    PolicyType.RCP: "every level from the root to the account needs an RCP that allows",
    PolicyType.VPC_ENDPOINT: "the endpoint's policy limits what may pass through it",
}


def asked(blocked: Blocked) -> str:
    """Return ``s3:GetObject on arn:…``."""
    return f"{blocked.request.action} on {blocked.request.resource}"


def denies(blocked: Blocked) -> str:
    """Return the sentences of a plain explicit deny: every statement that fired, on what, and why that is final."""
    names = blocked.case.names
    statements = listing(statement_words(statement, names) for statement in blocked.layer.determining)
    who = statements or f"the {layer_words(blocked.policy_type, blocked.request.resource)}"
    verb = "explicitly denies" if len(blocked.layer.determining) <= 1 else "explicitly deny"
    lead = sentence(f"{who} {verb} {asked(blocked)} to {principal_words(blocked.request.principal)}")
    return " ".join(part for part in (lead, _fired(blocked), "An explicit deny wins over every allow.") if part)


def _fired(blocked: Blocked) -> str:
    """Return what would have spared the request, where the deny has a condition."""
    spared = next((item for item in blocked.near_misses if item.element is Element.CONDITION), None)
    if spared is None:
        return ""
    return f"It spares requests where {spared.required}; this one has {spared.actual}."


def does_not_allow(blocked: Blocked) -> str:
    """Return the sentences of a plain implicit deny: which policies do not allow, what comes closest, the rule."""
    parts = [sentence(f"{nothing_allows(blocked)} {asked(blocked)}{_for_whom(blocked)}")]
    near = blocked.near_miss
    parts.append(near_miss_words(near, blocked.case.names) if near else _none_near(blocked))
    rule = _NEVER_GRANTS.get(blocked.policy_type)
    if rule:
        parts.append(sentence(rule))
    return " ".join(part for part in parts if part)


def nothing_allows(blocked: Blocked) -> str:
    """Return subject and verb: ``no identity policy of role deploy allows``, ``the key policy does not allow``."""
    words = layer_words(blocked.policy_type, blocked.request.resource)
    sources = blocked.sources
    if blocked.policy_type is PolicyType.IDENTITY:
        return f"no identity policy of {principal_words(blocked.request.principal)}{_read(sources)} allows"
    if blocked.policy_type in {PolicyType.SCP, PolicyType.RCP}:
        return f"no {words}{_level(blocked)} allows"
    if not sources:
        return f"{attached_words(blocked.request.resource)} has no {words}, so nothing there allows"
    name = f" {sources[0].policy_name}" if sources[0].policy_name else ""
    where = f" of {attached_words(sources[0].attached_to)}" if sources[0].attached_to else ""
    return f"the {words}{name}{where} does not allow"


def _read(sources: tuple[PolicySource, ...]) -> str:
    named = list(dict.fromkeys(source.policy_name for source in sources if source.policy_name))
    return f" ({listing(named)})" if named else ""


def _level(blocked: Blocked) -> str:
    level = blocked.layer.level
    if level is None:
        return ""
    name = blocked.case.names.get(level)
    kind = {"r": "root", "o": "OU"}.get(level[:1], "account")
    return f" attached to {kind} {name} ({level})" if name else f" attached to {kind} {level}"


def _for_whom(blocked: Blocked) -> str:
    return "" if blocked.policy_type is PolicyType.IDENTITY else f" for {principal_words(blocked.request.principal)}"


def _none_near(blocked: Blocked) -> str:
    if not blocked.sources:
        return ""
    return "No statement comes within one element of allowing it."
