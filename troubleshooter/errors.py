"""The exceptions of this program, drawn as a tree.

::

    TroubleshooterError            anything this program raises on purpose
    ├── UsageError                 wrong options or arguments                      exit 2
    ├── NoDenialError              the input was read and holds no denial          exit 3
    ├── UnreadableInputError       the input could not be read or understood       exit 4
    │   └── SnapshotError          a snapshot folder or file is unusable           exit 4
    └── UnreachableError           AWS or Athena could not be reached or refused   exit 6

Expected trouble is a value (a ``Gap``, a problem in a scan); these are raised only
where the whole command cannot go on. Messages are lowercase, say what was wrong,
where, and what to do next.
"""

from __future__ import annotations


class TroubleshooterError(Exception):
    """Base of everything raised on purpose; ``exit_code`` is what the CLI returns."""

    exit_code = 1


class UsageError(TroubleshooterError):
    """The options or arguments contradict each other or name nothing."""

    exit_code = 2


class NoDenialError(TroubleshooterError):
    """The input was understood and holds no denial; the message names what it is."""

    exit_code = 3


class UnreadableInputError(TroubleshooterError):
    """The input is not text, not JSON, truncated or missing."""

    exit_code = 4


class SnapshotError(UnreadableInputError):
    """A snapshot folder or file cannot be used at all."""


class UnreachableError(TroubleshooterError):
    """AWS or Athena could not be reached, or refused the credentials."""

    exit_code = 6
