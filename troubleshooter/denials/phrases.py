"""Fixed phrases as patterns that survive a hard line wrap anywhere, even inside a word.

Text that is matched has been cleaned first (``clean.py``): every line break is a single newline with no
prefix or indent after it, and a blank line is a form feed, which no phrase crosses.
"""

from __future__ import annotations

import re
from functools import lru_cache

_GAP = r"[ \n]{1,3}"


def tolerant(phrase: str) -> str:
    """Return a pattern for ``phrase`` in which a newline may stand between any two characters.

    A space in the phrase matches a space, a line break, or both. Metacharacters in it are literal.
    """
    words = phrase.split(" ")
    return _GAP.join("\\n?".join(re.escape(letter) for letter in word) for word in words)


def any_of(*phrases: str) -> str:
    """Return a non-capturing group of tolerant phrases."""
    return "(?:" + "|".join(tolerant(phrase) for phrase in phrases) + ")"


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile once, case ignored."""
    return re.compile(pattern, re.IGNORECASE)


def joined(value: str) -> str:
    """Undo wraps inside one token: drop newlines and trim."""
    return value.replace("\n", "").strip()


def worded(value: str) -> str:
    """Undo wraps between words: newlines become single spaces."""
    return " ".join(value.split())
