r"""Mask what identifies people, accounts and resources, consistently, in any value before it is rendered.

Works on structure, so that each form of report is covered: first every string is looked through for
secrets (accounts, names inside ARNs, session and policy names, addresses, key ids, e-mail addresses, tag
and other condition values), then every string is written again with the pseudonyms in their place, also
inside sentences, commands and policy documents. Actions, Regions, services, causes and Sids stay: without
them the report would say nothing.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from troubleshooter.model.arn import parse_arn
from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.reports.pseudonyms import RESOURCE_ID, Pseudonyms

T = TypeVar("T")

_KEPT = {
    "action", "api_call", "basis", "cause", "confidence", "data_version", "decision", "effect", "element",
    "error_code", "event_source", "event_time", "first_seen", "id", "kind", "last_seen", "operation", "playbook",
    "policy_type", "principal_kind", "region", "regions", "source_kind", "source_url", "stated_decision",
    "stated_policy_type", "title", "absent_keys", "not_iam", "Action", "NotAction", "Effect", "Version",
}  # fmt: skip
"""Fields that hold the program's, AWS's or IAM's own words, never a name of the user's."""

_INSIDE = {"Condition": "condition operator", "condition operator": "condition value", "context": "condition value"}
"""What stands under the keys of a condition block: operators, then condition keys, then values."""

_NAMED = {
    "name": "name", "session_name": "session", "policy_name": "policy", "request_id": "request",
    "authorization_id": "authorization", "Bucket": "bucket",
}  # fmt: skip
"""Fields that are a secret as a whole, and the kind of their pseudonym."""

_ORGANIZATION_NAME = re.compile(r"\b(?:root|OU|account) ([^()]{1,128}?) \((?:ou-|r-|\d{12}\b)")
_POLICY_NAME = re.compile(r"\b(?:policy|boundary|SCP|RCP) ([\w+=,.@-]{2,128}) on (?:role|user|group|OU|account|root)\b")
_POLICY_LIST = re.compile(r"\b(?:role|user|group|session) [^\s()]+ \(([^()]{2,512})\)")
_TYPED_NAME = re.compile(
    r"\b(role|user|group|bucket|queue|topic|secret|function|table|policy|boundary|SCP|RCP) "
    r"(?!identity-|resource-|service-|read-|session-|trust-|cross-|by-)"
    r"((?=[A-Za-z0-9_]*[-_.@])[A-Za-z0-9_][\w+=@.-]*[A-Za-z0-9_])"
)
"""A word with a dash, dot or the like after the word for a thing is its name; our own compounds are not."""
_LISTED = re.compile(r", | and ")
_SAFE_VALUE = re.compile(
    r"(?i)true|false|null|-?\d{1,10}(?:\.\d+)?|\d{4}-\d\d-\d\d(?:t[\d:.]+z?)?|[a-z]{2}(?:-[a-z]+){1,3}-\d|\*"
    r"|[a-z0-9.-]+\.amazonaws\.com|aws:kms(?::dsse)?|aes256|tlsv?[\d.]+|https?|arn:.*"
)
_STOP = frozenset(
    """
    access account action actions allow allows allowed bucket buckets condition conditions data default denied
    denies deny function group identity instance key keys message name object objects organization part permissions
    person policies policy principal queue read region request requests resource resources role roles root scp rcp
    secret service session simulator source statement table test the this topic trust user users value with write
    endpoint from does that only not and for has its all any one new old
    """.split()  # noqa: SIM905 - a paragraph of words reads better than a list of strings
)
_TYPED = (
    r"(?:role|user|group|policy|boundary|bucket|key|queue|topic|secret|function|table|stream|trail|session|account|OU"
    r"|SCP|RCP|object|repository|bus|instance|name|on|to|as|named|[-\w]+-name)[ =]"
    r"|[\"'`/:=(]"
)
_TYPED_EVERYDAY = r"(?:policy|boundary|SCP|RCP|--[\w-]+-name)[ =]|[\"'`]"
"""What stands before a name: any of these before a short one, few of them before one that is an everyday word."""

_LEAD = re.compile(rf"{_TYPED}|{_TYPED_EVERYDAY}")
_SHORT, _LONG, _NUMBER = 4, 8, 8
_PATTERNS = (
    ("arn", r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(?:\d{12}|aws|\*)?:[^\s\"'`<>,;()\\]+"),
    ("blob", r"[A-Za-z0-9+/_=-]{80,}"),
    ("email", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    ("uuid", r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    ("key_id", r"\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|AIPA|ABIA|ACCA|APKA|ASCA)[A-Z0-9]{12,124}\b"),
    ("account", r"(?<!\d)\d{12}(?!\d)"),
    ("resource_id", rf"(?<![\w-])(?:{RESOURCE_ID.pattern})(?![\w])"),
    (
        "address",
        r"(?<![\w:.])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(?:/\d{1,3})?(?![\w:])",
    ),
)
_MASKED = "MASKED"


def redact(diagnoses: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Return the diagnoses masked, with one set of pseudonyms over all of them."""
    return tuple(Redactor().values([_without_raw(diagnosis) for diagnosis in diagnoses]))


def redact_value(value: T) -> T:
    """Return any frozen value (a scan's result, a list of them) masked."""
    return Redactor().values([value])[0]


def _without_raw(diagnosis: Diagnosis) -> Diagnosis:
    """Drop what no report prints and what cannot be masked: the record itself and AWS's encoded message."""
    denial: Denial = diagnosis.denial
    encoded = _MASKED if denial.encoded_message else None
    return replace(diagnosis, denial=replace(denial, raw=None, encoded_message=encoded), evaluations=())


@dataclass(slots=True)
class Redactor:
    """One set of pseudonyms and the two passes over values."""

    pseudonyms: Pseudonyms = field(default_factory=Pseudonyms)
    _pattern: re.Pattern[str] | None = None

    def values(self, values: Sequence[T]) -> list[T]:
        """Return the values masked; secrets found in one are masked in all."""
        for value in values:
            self._collect(value, "")
        self._pattern = None
        return [self._rewrite(value, "") for value in values]

    def _collect(self, value: object, name: str) -> None:
        """Look a value through for secrets; ``name`` is the field or key it stands under."""
        if isinstance(value, str) and not isinstance(value, Enum):
            self._collect_text(value, name)
        elif is_dataclass(value):
            for item in fields(value):
                self._collect(getattr(value, item.name), item.name)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                self._collect(item, _INSIDE.get(name, _key(key)))
        elif isinstance(value, Sequence | frozenset | set):
            for item in value:
                self._collect(item, name)

    def _collect_text(self, text: str, name: str) -> None:
        if name in _KEPT:
            return
        if name == "text" and text.startswith("{"):
            self._collect(_parsed(text), "")
            return
        names = self.pseudonyms
        if parse_arn(text) is not None:
            names.arn(text)
        elif name in _NAMED and not _is_public(text):
            names.name(text, _NAMED[name])
        elif name == "condition value" and text and not _SAFE_VALUE.fullmatch(text):
            self._collect_value(text)
        elif name == "resource" and text and ":" not in text and "*" not in text:
            names.name(text.rpartition(" ")[2], "resource")
        for match in _ORGANIZATION_NAME.finditer(text):
            names.name(match[1], "unit")
        for match in _POLICY_NAME.finditer(text):
            if not _is_public(match[1]):
                names.name(match[1], "policy")
        for match in _TYPED_NAME.finditer(text):
            if not _is_public(match[2]):
                names.name(match[2], match[1].lower())
        for match in _POLICY_LIST.finditer(text):
            for one in _LISTED.split(match[1]):
                if not _is_public(one) and not one.endswith(" more"):
                    names.name(one, "policy")
        for match in _FINDERS.finditer(text):
            self._masked(match)

    def _collect_value(self, text: str) -> None:
        if not _ANY_ADDRESS.fullmatch(text) and not RESOURCE_ID.fullmatch(text):
            self.pseudonyms.name(text, "value")

    def _masked(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        text = match[0]
        if kind == "blob":
            return _MASKED if _is_blob(text) else text
        if kind == "arn":
            bare = text.rstrip(".:!?]}")
            return self.pseudonyms.arn(bare) + text[len(bare) :]
        return str(getattr(self.pseudonyms, kind)(text))

    def _rewrite(self, value: Any, name: str) -> Any:  # noqa: ANN401 - returns the type it is given
        if isinstance(value, Enum) or value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self._rewrite_text(value, name)
        if is_dataclass(value) and not isinstance(value, type):
            changed = {item.name: self._rewrite(getattr(value, item.name), item.name) for item in fields(value)}
            return type(value)(**changed)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._rewrite(item, _key(key)) for key, item in value.items()}
        if isinstance(value, frozenset | set):
            return type(value)(self._rewrite(item, name) for item in value)
        if isinstance(value, Sequence):
            items = [self._rewrite(item, name) for item in value]
            return tuple(items) if isinstance(value, tuple) else items
        return value

    def _rewrite_text(self, text: str, name: str) -> str:
        if name in _KEPT:
            return text
        if name == "text" and text.startswith("{"):
            parsed = _parsed(text)
            return json.dumps(self._rewrite(parsed, "")) if parsed is not None else self.text(text)
        if text in self.pseudonyms.known:
            return self.pseudonyms.known[text]
        if parse_arn(text) is not None and " " not in text:
            return self.pseudonyms.arn(text)
        return self.text(text)

    def text(self, text: str) -> str:
        """Return a sentence or a command with every secret in it masked."""
        if self._pattern is None:
            self._pattern = _pattern_of(self.pseudonyms.known)
        return self._pattern.sub(self._replaced, text)

    def _replaced(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        if kind == "secret":
            return self._known(match[0])
        if kind.startswith("typed"):
            lead = _LEAD.match(match[0])
            start = lead.end() if lead else 0
            return match[0][:start] + self._known(match[0][start:])
        return self._masked(match)

    def _known(self, text: str) -> str:
        known = self.pseudonyms.known
        if text in known:
            return known[text]
        return next((masked for secret, masked in known.items() if text in _spellings(secret)), _MASKED)


def _key(key: object) -> str:
    """Return a mapping's key where it is an element of a policy; other keys (condition keys, fields) say nothing."""
    return str(key) if str(key)[:1].isupper() else ""


def _is_blob(text: str) -> bool:
    """Tell an encoded message from a long path or a row of dashes: it mixes letters and digits."""
    return any(char.isdigit() for char in text) and any(char.isalpha() for char in text)


def _is_public(text: str) -> bool:
    return text.endswith(".amazonaws.com") or text.startswith(("AWSCompromisedKeyQuarantine", "AmazonAWS"))


def _parsed(text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except ValueError:
        return None


def _spellings(secret: str) -> set[str]:
    """Return the forms a secret takes inside JSON text, a URL and a quoted shell word."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        urllib.parse.quote(secret, safe="", errors="replace"),
        urllib.parse.quote(secret, errors="replace"),
        secret.replace("'", "'\"'\"'"),
    }


def _pattern_of(known: Mapping[str, str]) -> re.Pattern[str]:
    """Return one pattern for all known secrets (longest first) and for the forms that are always secret.

    A long secret is found anywhere; a shorter one as a word; a very short or everyday one only after a
    word or mark that says that a name follows.
    """
    long: list[str] = []
    words: list[str] = []
    short: list[str] = []
    everyday: list[str] = []
    for secret in known:
        for form in _spellings(secret):
            if form.lower() in _STOP:
                everyday.append(form)
            elif len(form) < _SHORT or (form.isdigit() and len(form) < _NUMBER):
                short.append(form)
            else:
                (long if len(form) >= _LONG else words).append(form)
    parts = [rf"(?P<{name}>{pattern})" for name, pattern in _PATTERNS]
    found = _any_of(long) + [rf"(?<![A-Za-z0-9]){form}(?![A-Za-z0-9])" for form in _any_of(words)]
    anywhere = [f"(?P<secret>{'|'.join(sorted(found, key=len, reverse=True))})"] if found else []
    typed = [
        rf"(?P<typed{number}>(?:{lead})(?:{'|'.join(brief)})(?![A-Za-z0-9]))"
        for number, (lead, brief) in enumerate(((_TYPED, _any_of(short)), (_TYPED_EVERYDAY, _any_of(everyday))))
        if brief
    ]
    return re.compile("|".join([*anywhere, *parts, *typed]))


def _any_of(texts: Sequence[str]) -> list[str]:
    return [re.escape(text) for text in sorted(set(texts), key=len, reverse=True) if text]


_FINDERS = re.compile("|".join(rf"(?P<{name}>{pattern})" for name, pattern in _PATTERNS))
_ANY_ADDRESS = re.compile(dict(_PATTERNS)["address"])
