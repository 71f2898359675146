"""The sentence AWS writes when it refuses a request, taken apart.

Grammar (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html):
``User: <principal> is not authorized to perform: <action>[ on resource: <resource>][ because no <type> allows
the <action> action | with an explicit deny [in a <type>]][: <policy ARN>][. Go to … authorization id: <id>]
[. Encoded authorization failure message: <blob>]``. Every part after the action can be missing.

The input is cleaned text (``clean.py``). Each sentence is read from a bounded stretch, so that any text
takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troubleshooter.denials import tails
from troubleshooter.denials.phrases import any_of, compiled, joined, tolerant, worded

_BACK = 700
_AHEAD = 4000
_LONGEST_PRINCIPAL = 400
_HEAD = compiled(
    rf"(?:{tolerant('is')}[ \n]{{1,3}})?"
    rf"{any_of('not authorized to perform', 'not authorised to perform', 'unauthorized to perform')}"
    rf"(?![ \n]{{1,3}}{tolerant('this operation')})[ \n]*:?[ \n]*"
)
_USER = compiled(rf"{tolerant('User')}[ \n]*(?::[ \n]*|(?=[`'][ \n]*arn:))")
_ACCOUNT = compiled(rf"{tolerant('User with accountId')}[ \n]*:[ \n]*(?P<account>\d[\d\n]{{11,14}})[ \n]*$")
_ARN_BEFORE = re.compile(r"(?P<arn>arn:[^\s\"',]{1,400}(?:\n[^\s\"',]{1,300})?)[ \n]*$")
_ON = compiled(
    rf"[ \n]{{0,3}}(?:{tolerant('on the resource associated with this')}[ \n]{{1,3}}{any_of('ciphertext', 'secret')}"
    rf"|{any_of('on this resource', 'on the resource')}(?!s?[ \n]*:)"
    rf"|(?P<named>{any_of('on resource', 'on resources', 'on the resource')}[ \n]*:?))"
)
_ACTION = re.compile(r"(?P<action>[A-Za-z0-9][A-Za-z0-9.-]{0,63}:(?:\*|[A-Za-z][A-Za-z0-9*]{1,99}))(?![\w:])")
_CALL = re.compile(r"(?P<call>[A-Z][A-Za-z0-9]{3,80})(?=[ .(]|$)")
_ELIDED = re.compile(r"[\[(<]?(?:\.{2,}|\u2026)[\])>]?|")
_AROUND = "`'\" \n,;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The parts of one refusal sentence; None where it does not say. ``start``/``end`` are its span.

    ``action`` is the missing one: the reason's where it names another than the sentence's beginning
    (``stated_action``). ``call`` is set where a bare API name stands in place of an action.
    ``unnamed_resource`` is True for "on this resource" and its like. ``account`` comes from
    "User with accountId: N".
    """

    start: int
    end: int
    principal: str | None = None
    account: str | None = None
    action: str | None = None
    stated_action: str | None = None
    call: str | None = None
    resource: str | None = None
    unnamed_resource: bool = False
    tail: tails.Tail = tails.NONE


def sentences(text: str) -> Iterator[Sentence]:
    """Yield each refusal sentence of a cleaned text, in order."""
    heads = list(_HEAD.finditer(text))
    end = 0
    for index, head in enumerate(heads):
        if head.start() < end:
            continue
        until = heads[index + 1].start() if index + 1 < len(heads) else len(text)
        sentence = _sentence(text, head, end, until)
        end = sentence.end
        yield sentence


def first_sentence(text: str) -> Sentence | None:
    """Return the first refusal sentence, or None."""
    return next(sentences(text), None)


def _sentence(text: str, head: re.Match[str], after: int, until: int) -> Sentence:
    """Read one sentence around its "not authorized to perform"."""
    start, principal, account = _who(text, max(after, head.start() - _BACK), head.start())
    stop = _stop(text, head.end(), min(until, head.end() + _AHEAD))
    rest = text[head.end() : stop]
    tail = tails.find(rest)
    body = rest[: tail.start]
    on = _ON.search(body)
    stated, call = _what(body[: on.start()] if on else body, closed=on is not None or tail.found)
    resource, length = (None, len(body)) if on is None else _which(body, on, tail)
    end = head.end() + (tail.end if tail.found else length if on else _action_end(body))
    return Sentence(
        start=start,
        end=max(end, head.end()),
        principal=principal,
        account=account,
        action=tail.missing_action or stated,
        stated_action=stated,
        call=call,
        resource=resource,
        unnamed_resource=on is not None and resource is None,
        tail=tail,
    )


def _who(text: str, begin: int, head: int) -> tuple[int, str | None, str | None]:
    """Return where the sentence starts, its principal and, for "User with accountId", its account."""
    before = text[begin:head]
    by_account = _ACCOUNT.search(before)
    if by_account:
        return begin + by_account.start(), None, joined(by_account.group("account"))
    last = max(_USER.finditer(before), key=lambda match: match.start(), default=None)
    if last is not None and "\f" not in before[last.end() :]:
        return begin + last.start(), _principal(before[last.end() :]), None
    arn = _ARN_BEFORE.search(before)
    if arn:
        return begin + arn.start(), _principal(arn.group("arn")), None
    return head, None, None


def _principal(raw: str) -> str | None:
    """Return the literal between "User:" and "is not authorized", or None where it was elided."""
    value = raw.strip(_AROUND)
    value = joined(value) if joined(value).startswith("arn:") else worded(value)
    if _ELIDED.fullmatch(value) or len(value) > _LONGEST_PRINCIPAL:
        return None
    return value


def _stop(text: str, begin: int, limit: int) -> int:
    """Return where the sentence can at most end: a blank line, or the next "User:"."""
    blank = text.find("\f", begin, limit)
    stop = blank if blank >= 0 else limit
    following = _USER.search(text, begin, stop)
    return following.start() if following else stop


def _what(raw: str, *, closed: bool) -> tuple[str | None, str | None]:
    """Return the action, or the API name that stands in its place.

    ``closed``: ``raw`` ends where the next known part begins, so that a wrap in it belongs to the action.
    """
    text = raw.lstrip("`'\"*: \n")
    flat = joined(text) if closed else ""
    match = _ACTION.fullmatch(flat.rstrip("`'\"*,. ")) or _ACTION.match(tails.token(text, 0)[0]) or _ACTION.match(text)
    if match:
        return match.group("action"), None
    call = _CALL.match(worded(text))
    return None, call.group("call") if call else None


def _action_end(body: str) -> int:
    """Return the length of the action's text where nothing follows it that we know."""
    line = re.match(r"[^\n\f(<]{0,200}", body)
    return line.end() if line else 0


def _which(body: str, on: re.Match[str], tail: tails.Tail) -> tuple[str | None, int]:
    """Return the resource's literal and where it ends in ``body``."""
    if on.group("named") is None:
        return None, on.end()
    value, end = tails.literal(body, on.end(), closed=tail.found)
    return (None if _ELIDED.fullmatch(value) else value), end
