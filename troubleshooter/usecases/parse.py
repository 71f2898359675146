"""Text in, denials out: the first half of ``explain``, for programs."""

from __future__ import annotations

from troubleshooter.errors import NoDenialError
from troubleshooter.model.denial import Denial
from troubleshooter.sources.inputs import read_input


def parse(text: str | bytes) -> list[Denial]:
    """Return every denial in ``text``: pasted errors, CloudTrail records in any wrapping, gzip or not.

    Empty where there is none. Raises UnreadableInputError where the text cannot be understood.
    """
    try:
        result = read_input(text)
    except NoDenialError:
        return []
    return [item for item in result.items if isinstance(item, Denial)]
