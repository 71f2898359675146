"""Answers of ``simulate --cases`` as JUnit XML, in constant memory.

The suite's counts stand before its cases, so cases are spooled to a temporary file first.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from troubleshooter.usecases.simulate_lines import Answered

_IN_MEMORY = 1 << 20
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(answers: Iterable[Answered]) -> Iterator[str]:
    """Yield the parts of one JUnit document: a case fails where it differs, errs where it has an error."""
    tests = failures = errors = 0
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+", encoding="utf-8", newline="") as spool:
        for answered in answers:
            tests += 1
            failed, erred = answered.difference is not None, answered.answer["error"] is not None
            failures += failed
            errors += erred and not failed
            spool.write(_case(answered))
        spool.seek(0)
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield f'<testsuites tests="{tests}" failures="{failures}" errors="{errors}">\n'
        yield f'<testsuite name="troubleshooter simulate" tests="{tests}" failures="{failures}" errors="{errors}">\n'
        yield from spool
    yield "</testsuite>\n</testsuites>\n"


def _case(answered: Answered) -> str:
    head = f'<testcase classname="simulate" name={quoteattr(_legal(answered.name))}'
    if answered.difference is not None:
        body = f"<failure message={quoteattr(_legal(answered.difference))}/>"
    elif answered.answer["error"] is not None:
        body = f"<error message={quoteattr(_legal(str(answered.answer['error'])))}/>"
    else:
        return f"{head}/>\n"
    return f"{head}>{body}</testcase>\n"


def _legal(text: str) -> str:
    """Drop what XML 1.0 cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
