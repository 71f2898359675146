"""What ``--fix-format``, ``--fix-output`` and ``--request`` print, for every command that explains."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from troubleshooter.cli.output import complain
from troubleshooter.model.diagnosis import Diagnosis

_STYLES = {"+": "green", "-": "red", "@": "dim", "#": "bold"}


def hand_off(
    diagnoses: Sequence[Diagnosis],
    *,
    fix_format: str | None,
    fix_output: Path | None,
    request: bool,
    redact: bool,
    color: bool = False,
) -> str | None:
    """Return the text to print in place of the report, or None where the report is what was asked for.

    ``--request`` prints the request; ``--fix-format`` alone prints the fix in that form; with
    ``--fix-output`` the fix goes to files (in every form, unless one is named) and the report is printed.
    Raises UsageError for an unknown form or a folder that cannot be written.
    """
    if fix_format is None and fix_output is None and not request:
        return None
    from troubleshooter.usecases import hand_off as use

    if fix_format is not None:
        use.check_form(fix_format)
    if redact:
        from troubleshooter.reports.redact import redact as masked

        diagnoses = masked(diagnoses)
    if fix_output is not None:
        written = use.write_fixes(diagnoses, fix_output, fix_format)
        complain(f"wrote {len(written)} files to {fix_output}: {', '.join(path.name for path in written)}")
    if request:
        return use.request_texts(diagnoses)
    if fix_format is None or fix_output is not None:
        return None
    text = use.fix_texts(diagnoses, fix_format)
    return _painted(text) if color and fix_format == "diff" else text


def _painted(diff: str) -> str:
    from troubleshooter.reports.paint import Paint

    paint = Paint(on=True)
    return "\n".join(paint(line, _STYLES.get(line[:1])) for line in diff.splitlines())
