"""The fix of each diagnosis in one of the forms in which people apply it, as text or as files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from troubleshooter.errors import UsageError
from troubleshooter.fixes.renderings.comments import comment
from troubleshooter.model.diagnosis import Diagnosis
from troubleshooter.model.plain import to_plain
from troubleshooter.model.vocabulary import Disposition

FORMS: Mapping[str, str] = {
    "json": "json_",
    "cli": "aws_cli",
    "terraform": "terraform",
    "cloudformation": "cloudformation",
    "diff": "diff",
}
"""The forms that ``--fix-format`` takes, and the module of each."""

_ENDINGS = {"json": "json", "cli": "sh", "terraform": "tf", "cloudformation": "yaml", "diff": "diff"}
_SCRIPT_START = "#!/usr/bin/env bash\nset -eu\n"


def check_form(form: str) -> None:
    """Raise UsageError where there is no such form."""
    if form not in FORMS:
        raise UsageError(f"--fix-format {form}: write one of {', '.join(FORMS)}")


def fix_text(diagnosis: Diagnosis, form: str) -> str:
    """Return one diagnosis's fix in a form; where there is none, a comment that says so (``null`` in JSON)."""
    check_form(form)
    if diagnosis.fix is None:
        reason = "No change was computed: too little was read, or no policy change is the answer."
        return "null\n" if form == "json" else "\n".join(comment(reason)) + "\n"
    module = import_module(f"troubleshooter.fixes.renderings.{FORMS[form]}")
    return str(module.render(diagnosis.fix))


def fix_texts(diagnoses: Sequence[Diagnosis], form: str) -> str:
    """Return all fixes in a form: one after the other; in JSON a list where there are several."""
    check_form(form)
    if form == "json" and len(diagnoses) != 1:
        fixes = [to_plain(diagnosis.fix) for diagnosis in diagnoses]
        return json.dumps(fixes, indent=2).replace("\x7f", "\\u007f") + "\n"
    return "\n".join(fix_text(diagnosis, form) for diagnosis in diagnoses)


def write_fixes(diagnoses: Sequence[Diagnosis], folder: Path, form: str | None) -> tuple[Path, ...]:
    """Write ``fix.<ending>`` (``fix-2.<ending>`` and so on) into ``folder``, in one form or in all.

    The folder is made where it does not exist. Raises UsageError where a file cannot be written.
    """
    forms = (form,) if form else tuple(FORMS)
    written: list[Path] = []
    for number, diagnosis in enumerate(diagnoses, start=1):
        name = "fix" if len(diagnoses) == 1 else f"fix-{number}"
        for one in forms:
            path = folder / f"{name}.{_ENDINGS[one]}"
            text = fix_text(diagnosis, one)
            _write(path, _SCRIPT_START + text if one == "cli" else text)
            written.append(path)
    return tuple(written)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as trouble:
        raise UsageError(f"cannot write {path}: {trouble.strerror or trouble}") from trouble


def request_texts(diagnoses: Sequence[Diagnosis]) -> str:
    """Return a request for access for each diagnosis, parted by lines."""
    from troubleshooter.fixes.renderings import request_text

    return f"\n{'-' * 72}\n\n".join(request_text.render(diagnosis) for diagnosis in diagnoses)


def may_be_applied(diagnosis: Diagnosis) -> bool:
    """Return whether there is a change at all that someone could apply."""
    fix = diagnosis.fix
    return fix is not None and bool(fix.changes) and fix.disposition is not Disposition.DO_NOT_APPLY
