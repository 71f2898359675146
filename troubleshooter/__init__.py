"""From an AWS "Access Denied" to the statement that refused, why, and the smallest proved fix."""

from __future__ import annotations

__version__ = "0.1.0"
