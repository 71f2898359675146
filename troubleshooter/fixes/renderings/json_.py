"""A fix as JSON: the contract's ``Fix``."""

from __future__ import annotations

import json

from troubleshooter.model.diagnosis import Fix
from troubleshooter.model.plain import to_plain


def render(fix: Fix) -> str:
    """Return the fix as the contract prints it, in ASCII."""
    return json.dumps(to_plain(fix), indent=2).replace("\x7f", "\\u007f") + "\n"
