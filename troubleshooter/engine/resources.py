"""The Resource and NotResource elements.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html: the six fields of an ARN are compared one
by one, so a wildcard never crosses the first five colons; within the last field it crosses ``/`` and ``:``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from troubleshooter.engine.patterns import MANY, as_pattern, compile_pattern, is_literal, matches_everything
from troubleshooter.engine.subject import Subject
from troubleshooter.engine.truth import INVALID, NO, UNKNOWN, YES
from troubleshooter.engine.variables import Template, parse_text
from troubleshooter.model.vocabulary import PolicyType

_FIELDS = 6
UNKNOWN_RESOURCE = "unknown"
"""A request's resource where nobody knows it: anything but ``*`` may match."""
_PADDED = frozenset({PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION})

General = Callable[[Subject], int]


@dataclass(frozen=True, slots=True)
class ResourceElement:
    """The patterns of one element, the common shapes first so that they cost one look-up each."""

    everything: bool
    exact: frozenset[str]
    prefixes: tuple[str, ...]
    general: tuple[General, ...]
    inverted: bool
    texts: tuple[str, ...]

    @property
    def constant(self) -> int | None:
        """The answer where it is the same for every resource, else None."""
        if self.everything:
            return NO if self.inverted else YES
        return None

    def matches(self, subject: Subject) -> int:
        """Return YES, NO or UNKNOWN for the request's resource."""
        found = self._found(subject)
        if not self.inverted:
            return NO if found == INVALID else found
        # A NotResource with a variable that has no value does not match: an attempt to match it "fails"
        # (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
        return NO if found == INVALID else YES - found

    def matches_nothing_specific(self) -> int:
        """Return the answer for an action that has no resource types: only ``*`` means such an action.

        https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
        """
        return YES if self.everything is not self.inverted else NO

    def _found(self, subject: Subject) -> int:
        if self.everything:
            return YES
        resource = subject.resource
        if resource in self.exact or resource.startswith(self.prefixes):
            return YES
        if resource == UNKNOWN_RESOURCE:
            return UNKNOWN
        result = NO
        for pattern in self.general:
            found = pattern(subject)
            if found == YES:
                return YES
            if found != NO:
                result = found if result in (NO, INVALID) else result
        return result


def compile_resources(
    texts: Sequence[str], policy_type: PolicyType, *, variables: bool, inverted: bool = False
) -> ResourceElement:
    """Return the element compiled for a document of that policy type and version."""
    exact: set[str] = set()
    prefixes: list[str] = []
    general: list[General] = []
    for text in texts:
        if text == "*":
            continue
        if "*" not in text and "?" not in text and "$" not in text and text.count(":") >= _FIELDS - 1:
            exact.add(text)
            continue
        fields = _six_fields(text, policy_type)
        if fields is None:
            continue
        prefix = _prefix(fields, variables=variables)
        if prefix is not None:
            prefixes.append(prefix)
        else:
            general.append(_general(fields, variables=variables))
    return ResourceElement(
        everything="*" in texts,
        exact=frozenset(exact),
        prefixes=tuple(prefixes),
        general=tuple(general),
        inverted=inverted,
        texts=tuple(texts),
    )


def _six_fields(text: str, policy_type: PolicyType) -> list[str] | None:
    """Split a pattern into six ARN fields; None where it can match no ARN.

    Shorter ARNs are padded with ``*``: always in identity, boundary and session policies, elsewhere only when
    they hold a wildcard, in RCPs never. Observed behaviour; no page documents it.
    """
    fields = text.split(":", _FIELDS - 1)
    if len(fields) == _FIELDS:
        return fields
    wild = "*" in text or "?" in text
    if policy_type in _PADDED or (wild and policy_type is not PolicyType.RCP):
        return fields + ["*"] * (_FIELDS - len(fields))
    return None


def _prefix(fields: list[str], *, variables: bool) -> str | None:
    """Return the text before a single trailing ``*`` in the last field, where that is all the pattern is."""
    *head, last = fields
    if any("*" in item or "?" in item for item in head):
        return None
    body = last[:-1]
    if not last.endswith("*") or "*" in body or "?" in body or (variables and "${" in body):
        return None
    return ":".join((*head, body))


def _general(fields: list[str], *, variables: bool) -> General:
    """Compare field by field; variables exist only after the fifth colon (reference_policies_variables.html)."""
    checks = [
        (index, compile_pattern(as_pattern(field)))
        for index, field in enumerate(fields[:-1])
        if not (field and matches_everything(as_pattern(field)))
    ]
    last = parse_text(fields[-1], variables=variables, wildcards=True)
    if isinstance(last, Template):
        return _templated(checks, last)
    whole = None if matches_everything(last) else compile_pattern(last)
    ends = last.rstrip(MANY) if last.endswith(MANY) and is_literal(last.rstrip(MANY)) else None

    def match(subject: Subject) -> int:
        actual = subject.fields
        if actual is None:
            return NO
        for index, check in checks:
            if not check(actual[index]):
                return NO
        if whole is None:
            return YES
        if ends is not None:
            return YES if actual[5].startswith(ends) else NO
        return YES if whole(actual[5]) else NO

    return match


def _templated(checks: list[tuple[int, Callable[[str], bool]]], last: Template) -> General:
    def match(subject: Subject) -> int:
        actual = subject.fields
        if actual is None:
            return NO
        for index, check in checks:
            if not check(actual[index]):
                return NO
        filled = last.fill(subject)
        if isinstance(filled, int):
            return UNKNOWN if filled == UNKNOWN else INVALID
        return YES if compile_pattern(filled)(actual[5]) else NO

    return match
