"""Pasted text -> the denials in it, or what it is instead.

Cleaning, cutting into one error per stretch, reading each stretch's fields, merging what was printed twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from troubleshooter.denials import hints, tails, wrappers
from troubleshooter.denials.actions import action_of_call
from troubleshooter.denials.clean import clean
from troubleshooter.denials.identity import principal_from_text
from troubleshooter.denials.look_alikes import look_alike, overrules, settled
from troubleshooter.denials.message import Sentence
from troubleshooter.denials.not_iam import reason_outside_iam
from troubleshooter.denials.phrases import worded
from troubleshooter.denials.segments import Segment, segments
from troubleshooter.denials.terse import Terse, terses
from troubleshooter.denials.windows import windows
from troubleshooter.model.arn import account_of, parse_arn
from troubleshooter.model.denial import Denial, NotADenial
from troubleshooter.reference.actions import lookup

_BY_TOKEN = frozenset({"sts:assumerolewithwebidentity", "sts:assumerolewithsaml"})
_TOLD = ("action", "resource", "api_call", "error_code", "stated_policy_type", "stated_decision", "stated_policy_arn")
_LONGEST_MESSAGE = 2000
_SERVICE_LACKS = re.compile(r"\bInsufficient\w+PolicyException\b")
"""The called service itself, not the caller, may not use a bucket, topic or key: the call is not what was refused."""


def parse_text(text: str) -> list[Denial | NotADenial]:
    """Return every denial in ``text``, each once, then every look-alike; empty where there is neither.

    Any text is accepted. Fields say what the text says; inferred ones are marked in ``provenance``.
    """
    denials: list[Denial] = []
    others: list[NotADenial] = []
    for window in windows(text):
        cleaned = clean(window)
        for segment in segments(cleaned):
            found = _read(cleaned, segment)
            if isinstance(found, Denial):
                denials.append(found)
            elif found and found not in others:
                others.append(found)
    merged = _merged(denials)
    return [*merged, *(other for other in others if not merged or other.error_code)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Core:
    """What refuses in a stretch: the sentence, or short words, and where they stand."""

    start: int
    end: int
    sentence: Sentence | None = None
    terse: Terse | None = None


def _read(text: str, segment: Segment) -> Denial | NotADenial | None:
    """Return what one stretch holds."""
    stretch = text[segment.start : segment.end]
    core = _core(segment, stretch)
    if core is None:
        return look_alike(stretch)
    return _denial(stretch, core)


def _core(segment: Segment, stretch: str) -> _Core | None:
    """Find what refuses: AWS's sentence, a telling phrase, a code, or (unless explained otherwise) weak words."""
    if segment.sentence is not None:
        begin, end = segment.sentence.start - segment.start, segment.sentence.end - segment.start
        told = segment.sentence.action or segment.sentence.principal
        terse = None if told else _best(terses(stretch, strong=True))
        return _Core(start=begin, end=end, sentence=segment.sentence, terse=terse)
    if settled(stretch):
        return None
    strong = _best(terses(stretch, strong=True))
    code = wrappers.denial_code(stretch)
    if strong is None and code is None and (overrules(stretch) or not _about_aws(stretch)):
        return None
    short = strong or _best(terses(stretch))
    if short:
        return _Core(start=short.start, end=short.end, terse=short)
    if code:
        place = max(stretch.find(code), 0)
        return _Core(start=place, end=place + len(code))
    return None


def _best(found: Iterable[Terse]) -> Terse | None:
    """Return the phrase that tells most: an action, else that there is none to tell, else the first."""
    ranked = list(found)
    return next((item for item in ranked if item.action or item.no_action), ranked[0] if ranked else None)


def _about_aws(stretch: str) -> bool:
    """Whether "access denied" without any code can be AWS: it names AWS, or nothing else either."""
    lowered = stretch.lower()
    if wrappers.numbered_code(stretch) or "access denied" not in lowered:
        return any(word in lowered for word in ("aws", "amazon", "s3", "arn:", "iam", "lambda", "athena"))
    return True


def _denial(stretch: str, core: _Core) -> Denial:
    sentence, terse = core.sentence, core.terse
    before, after = stretch[: core.start], stretch[core.end :]
    tail = sentence.tail if sentence else tails.NONE
    operation = (
        wrappers.operation(stretch) or (sentence.call if sentence else None) or (terse.operation if terse else None)
    )
    origins: dict[str, str] = {}
    action = _action(stretch, core, operation, origins)
    resource = _resource(stretch, core, origins)
    principal = principal_from_text(sentence.principal if sentence else None)
    if sentence and sentence.account:
        principal = replace(principal, account=sentence.account)
    blob = tails.encoded_blob(stretch)
    policy_type, decision = _stated(sentence, terse, action)
    region = wrappers.region(stretch)
    place = parse_arn(resource)
    message = _message(stretch, core, tail)
    denial = Denial(
        principal=principal,
        action=action,
        resource=resource,
        resource_account=account_of(resource) or _other_account(stretch, principal.account),
        api_call=operation,
        region=region or (place.region if place and place.region else None),
        error_code=wrappers.denial_code(stretch) or wrappers.other_code(stretch),
        error_message=message,
        request_id=wrappers.request_id(before, after),
        stated_policy_type=policy_type,
        stated_policy_arn=tail.policy_arn if parse_arn(tail.policy_arn) else None,
        stated_decision=decision,
        authorization_id=tails.authorization_id(stretch),
        source_kind="text",
        encoded_message=blob[0] if blob else None,
        not_iam=reason_outside_iam(stretch),
        resource_hint=None
        if resource
        else hints.mentioned_resource(stretch, (action or "").partition(":")[0] or wrappers.service(stretch)),
    )
    return replace(denial, context=_requested_region(denial), provenance=_provenance(denial, origins))


def _other_account(stretch: str, caller: str | None) -> str | None:
    """Return the account that the text names for the resource; the caller's own says nothing about whose it is."""
    account = hints.mentioned_account(stretch)
    return None if account == caller else account


def _requested_region(denial: Denial) -> dict[str, tuple[str, ...]]:
    """Return ``aws:RequestedRegion`` where the resource's own ARN names the Region that was called.

    A Regional resource is reached through its Region's endpoint
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion);
    a copy is the exception: its source may stand in another Region.
    """
    arn = parse_arn(denial.resource)
    if arn is None or not arn.region or "*" in arn.region or arn.region != denial.region:
        return {}
    _, _, name = (denial.action or "").partition(":")
    return {} if not name or name.lower().startswith("copy") else {"aws:RequestedRegion": (arn.region,)}


def _action(stretch: str, core: _Core, operation: str | None, origins: dict[str, str]) -> str | None:
    """Return the refused action: stated, else told by wording, operation, command line or prose."""
    sentence, terse = core.sentence, core.terse
    if sentence and sentence.action:
        origins["action"] = "message"
        return sentence.action
    if terse and terse.action:
        origins["action"] = terse.how
        return terse.action
    if (terse and terse.no_action) or _SERVICE_LACKS.search(stretch):
        return None
    if operation:
        service = wrappers.service(stretch) or hints.service_of_operation(operation)
        known = hints.service_of_operation(operation)
        for prefix in dict.fromkeys(item for item in (service, known) if item):
            resolved = action_of_call(prefix, operation)
            if resolved and resolved.verified:
                origins["action"] = f"inferred from the operation ({resolved.how})"
                return resolved.action
    prose = hints.action_of_prose(stretch)
    if prose is None:
        return None
    origins["action"] = prose[1]
    return prose[0]


def _resource(stretch: str, core: _Core, origins: dict[str, str]) -> str | None:
    """Return the resource's literal: after "on resource:", a refused queue URL, or the ARN in the same table row."""
    if core.sentence:
        resource = core.sentence.resource
        if resource and not (resource.startswith("<") and resource.endswith(">") and "/" not in resource):
            origins["resource"] = "message"
            return resource
        return None
    queue = hints.stated_queue(stretch) if "ccess to the resource" in stretch else None
    if queue:
        origins["resource"] = "message (queue URL)"
        return queue
    if core.terse and core.terse.no_action:
        return None
    line = stretch[stretch.rfind("\n", 0, core.start) + 1 :].split("\n", 1)[0]
    row = hints.row_resource(line) if "|" in line else None
    if row:
        origins["resource"] = "inferred: the only ARN in the line"
    return row


def _stated(sentence: Sentence | None, terse: Terse | None, action: str | None) -> tuple[str | None, str | None]:
    """Return the policy type and decision that the words name.

    Only a trust policy decides sts:AssumeRoleWithWebIdentity and WithSAML
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp.html).
    """
    if sentence is None:
        return (terse.policy_type, terse.decision) if terse else (None, None)
    policy_type = sentence.tail.policy_type
    if policy_type is None and (action or "").lower() in _BY_TOKEN:
        policy_type = "trust_policy"
    return policy_type, sentence.tail.decision


def _message(stretch: str, core: _Core, tail: tails.Tail) -> str:
    """Return the refusal itself as one line, without its frame."""
    if core.sentence:
        words = worded(stretch[core.start : core.end])
        return words + (f": {tail.policy_arn}" if tail.policy_arn and tail.policy_arn not in words else "")
    line = stretch[stretch.rfind("\n", 0, core.start) + 1 :].split("\f", 1)[0].split("\n", 1)[0]
    return worded(line)[:_LONGEST_MESSAGE]


def _provenance(denial: Denial, origins: dict[str, str]) -> dict[str, str]:
    """Say where each filled field came from."""
    for name in (*_TOLD, "error_message", "request_id", "authorization_id"):
        if getattr(denial, name):
            origins.setdefault(name, "message")
    if denial.region:
        arn = parse_arn(denial.resource)
        named = arn is not None and arn.region == denial.region
        origins["region"] = "resource ARN" if named else "an address or option in the text"
    if denial.principal.arn or denial.principal.account:
        origins["principal"] = "message"
    if denial.resource_account:
        own = account_of(denial.resource) == denial.resource_account
        origins["resource_account"] = "resource ARN" if own else "an account in the text around the message"
    if denial.resource is None:
        origins["resource"] = "not known: the text names no resource"
    return origins


def _merged(denials: list[Denial]) -> list[Denial]:
    """Return the denials with repetitions folded into their fullest form, in order of first appearance."""
    kept: list[Denial] = []
    for denial in denials:
        for index, known in enumerate(kept):
            if _same(known, denial):
                kept[index] = _joined(known, denial)
                break
        else:
            kept.append(denial)
    return kept


def _same(one: Denial, two: Denial) -> bool:
    """Whether nothing that both tell differs; an inferred action yields to a stated one."""
    if one.principal.arn and two.principal.arn and one.principal.arn != two.principal.arn:
        return False
    for name in _TOLD:
        if name == "error_code":
            continue
        left, right = getattr(one, name), getattr(two, name)
        if name == "action" and ("inferred" in one.provenance.get("action", "") + two.provenance.get("action", "")):
            if one.api_call and two.api_call and one.api_call == two.api_call:
                continue
            if (
                left
                and right
                and lookup(left)
                and left.lower() != right.lower()
                and bool(one.principal.arn) == bool(two.principal.arn)
            ):
                return False
            continue
        if left and right and left.lower() != right.lower():
            return False
    return True


def _told(denial: Denial) -> int:
    """Return how well the action is known: 2 stated, 1 inferred, 0 not."""
    return 0 if denial.action is None else 1 if "inferred" in denial.provenance.get("action", "") else 2


def _joined(one: Denial, two: Denial) -> Denial:
    """Fill what the fuller one lacks from the other: one that states its action, else one that implies it."""
    first, second = (two, one) if _told(two) > _told(one) else (one, two)
    changes = {
        name: getattr(second, name)
        for name in (
            *_TOLD,
            "resource_account",
            "region",
            "request_id",
            "authorization_id",
            "encoded_message",
            "not_iam",
            "resource_hint",
        )
        if not getattr(first, name) and getattr(second, name)
    }
    principal = first.principal if first.principal.arn or first.principal.account else second.principal
    provenance = {**second.provenance, **{name: how for name, how in first.provenance.items() if name not in changes}}
    return replace(first, principal=principal, provenance=provenance, **changes)
