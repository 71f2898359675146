"""Find the parts of a huge text that can hold a refusal, so that megabytes of noise cost little."""

from __future__ import annotations

import re

_SMALL = 64_000
_AROUND = 6_000
_MOST = 2_000_000
_ANCHOR = re.compile(
    r"authori[sz]|[dD]enied|DENIED|[fF]orbidden|FORBIDDEN|explicit deny|[pP]ermission|AuthFailure|[eE]xpired|Throttl"
    r"|SignatureDoesNotMatch|InvalidClientToken|Missing Auth|NoSuch|An error occurred"
)


def windows(text: str) -> list[str]:
    """Return the text itself where it is small, else the stretches around words that refusals use.

    The stretches together are bounded; what lies beyond the bound in a text that long is left to ``scan``.
    """
    if len(text) <= _SMALL:
        return [text]
    result: list[str] = []
    start = end = total = 0
    for match in _ANCHOR.finditer(text):
        if match.start() <= end:
            end = max(end, match.end() + _AROUND)
            continue
        if end:
            result.append(text[start:end])
            total += end - start
            if total > _MOST:
                return result
        start, end = max(0, match.start() - _AROUND), match.end() + _AROUND
        start = text.rfind("\n", 0, start) + 1 if start - (text.rfind("\n", 0, start) + 1) < _AROUND else start
    if end:
        result.append(text[start : min(end, start + _MOST)])
    return result
