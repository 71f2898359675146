"""Policy variables: ``${aws:username}``, ``${aws:PrincipalTag/team, 'none'}``, ``${*}``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (VA). They exist only in
documents of Version 2012-10-17; elsewhere they are literal text
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from troubleshooter.engine.patterns import MANY, ONE, as_literal, as_pattern
from troubleshooter.engine.subject import Subject
from troubleshooter.engine.truth import INVALID, UNKNOWN

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"(.*?)\s*,\s*'(.*)'\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Variable:
    """One ``${key, 'default'}``; ``key`` is lowercase."""

    key: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with variables: literal (marked) parts and variables in turn."""

    parts: tuple[str | Variable, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The lowercase names of the keys that it reads."""
        return tuple(part.key for part in self.parts if isinstance(part, Variable))

    def fill(self, subject: Subject) -> str | int:
        """Return the text with all values put in, ``UNKNOWN``, or ``INVALID`` where a variable has no value.

        "If a policy variable has no value, any attempt to match it fails" (VA, Policy variables with no value).
        Substituted wildcards are literal; a key with several values is no variable.
        """
        texts: list[str] = []
        unknown = False
        for part in self.parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            values = subject.context.get(part.key)
            if values is None:
                if not subject.is_absent(part.key):
                    unknown = True
                elif part.default is None:
                    return INVALID
                else:
                    texts.append(as_literal(part.default))
            elif len(values) == 1:
                texts.append(as_literal(values[0]))
            else:
                return INVALID
        return UNKNOWN if unknown else "".join(texts)


def parse_text(text: str, *, variables: bool, wildcards: bool) -> str | Template:
    """Return ``text`` as a marked pattern, or as a template where it holds variables.

    ``variables`` says whether the document's version has them, ``wildcards`` whether ``*`` and ``?`` are any.
    """
    if not variables or "${" not in text:
        return as_pattern(text) if wildcards else as_literal(text)
    parts: list[str | Variable] = []
    position = 0
    for found in _VARIABLE.finditer(text):
        _add(parts, _plain(text[position : found.start()], wildcards=wildcards))
        _add(parts, _variable(found.group(1)))
        position = found.end()
    _add(parts, _plain(text[position:], wildcards=wildcards))
    if all(isinstance(part, str) for part in parts):
        return "".join(part for part in parts if isinstance(part, str))
    return Template(tuple(parts))


def shown(text: str | Template) -> str:
    """Return a parsed text as it was written, for people."""
    if isinstance(text, Template):
        return "".join(part if isinstance(part, str) else f"${{{part.key}}}" for part in text.parts)
    return text.replace(MANY, "*").replace(ONE, "?")


def _plain(text: str, *, wildcards: bool) -> str:
    return as_pattern(text) if wildcards else as_literal(text)


def _add(parts: list[str | Variable], part: str | Variable) -> None:
    if isinstance(part, str) and parts and isinstance(parts[-1], str):
        parts[-1] += part
    elif part != "":
        parts.append(part)


def _variable(inner: str) -> str | Variable:
    """Read what stands between the braces; ``*``, ``?`` and ``$`` stand for themselves (VA)."""
    if inner in {"*", "?", "$"}:
        return inner
    default = _DEFAULT.fullmatch(inner)
    if default:
        return Variable(default.group(1).strip().lower(), default.group(2))
    return Variable(inner.strip().lower(), None)
