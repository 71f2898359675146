"""Find, check and fill playbooks: one Markdown page per cause, with YAML front matter and Jinja2 holes.

Pages come from the wheel (or the source tree) and, before them, from a folder of the user's own. A page
is a template in a sandbox with strict undefined names; whatever a log holds enters only as a variable,
and every variable is escaped as Markdown unless a filter says what it is: ``code`` (a name), ``sh`` (one
shell word inside a command). So no page can forget to escape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from troubleshooter.errors import UsageError
from troubleshooter.fixes.renderings import shell
from troubleshooter.reports import sanitize

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

SECTIONS = ("Meaning", "Impact", "Diagnosis", "Fix", "If it persists", "Prevent")
"""The headings that every page has, in this order."""

SEVERITIES = ("low", "medium", "high", "critical")
_FIELDS = ("id", "title", "severity", "owner", "source_url")
_FRONT_MATTER = re.compile(r"\A---\n(?P<yaml>.*?\n)---\n(?P<body>.*)\Z", re.DOTALL)
_PACKAGE = Path(__file__).resolve().parent.parent
_LONGEST_PAGE = 200_000


class PlaybookError(UsageError):
    """A page cannot be used; the message begins with its file and line."""


class SafeMarkdown(str):
    """Text that is Markdown already: this program's own, or escaped."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One playbook: its front matter, its body and where the body starts in its file."""

    id: str
    title: str
    severity: str
    owner: str
    source_url: str
    body: str
    path: Path
    body_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbooks:
    """Pages by cause id; ``problems`` names each page of the user's that could not be used."""

    pages: Mapping[str, Page]
    folders: tuple[Path, ...]
    problems: tuple[str, ...] = ()
    _environments: list[Any] = field(default_factory=list, repr=False, compare=False)

    def get(self, cause: str) -> Page:
        """Return the page of a cause; raises UsageError with the known ids where there is none."""
        if cause not in self.pages:
            raise UsageError(f"no playbook {cause}: known are {', '.join(sorted(self.pages))}")
        return self.pages[cause]

    def fill(self, page: Page, values: Mapping[str, Any]) -> str:
        """Return the page's Markdown with ``values`` in its holes; raises PlaybookError with file and line."""
        if not self._environments:
            self._environments.append(_environment(self.folders))
        return _fill(self._environments[0], page, values)


def built_in_folder() -> Path:
    """Return where the shipped pages are: inside the wheel, else at the source tree's root."""
    inside = _PACKAGE / "_playbooks"
    return inside if inside.is_dir() else _PACKAGE.parent / "playbooks"


def load(own: Path | None, placeholders: Mapping[str, Any]) -> Playbooks:
    """Return the shipped pages, each replaced by the user's page of the same id in folder ``own``.

    A page of the user's that is malformed, or that asks for a name which ``placeholders`` does not hold,
    is left out and named in ``problems``. Raises UsageError where ``own`` is no folder.
    """
    shipped = built_in_folder()
    pages = dict(_shipped_pages(shipped))
    if own is None:
        return Playbooks(pages=pages, folders=(shipped,))
    if not own.is_dir():
        raise UsageError(f"--playbooks {own}: no such folder")
    folders = (own, shipped)
    problems: list[str] = []
    environment = _environment(folders)
    for path in _page_files(own):
        try:
            page = read_page(path)
            _fill(environment, page, placeholders)
        except PlaybookError as trouble:
            problems.append(f"{trouble}; the page is left out")
        else:
            pages[page.id] = page
    return Playbooks(pages=pages, folders=folders, problems=tuple(problems))


def _page_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.md") if path.name != "README.md" and not path.name.startswith("_"))


@cache
def _shipped_pages(folder: Path) -> Mapping[str, Page]:
    pages = (read_page(path) for path in _page_files(folder))
    return {page.id: page for page in pages}


def read_page(path: Path) -> Page:
    """Read one page and check its front matter and headings; raises PlaybookError with file and line."""
    try:
        text = path.read_bytes()[:_LONGEST_PAGE].decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as trouble:
        raise PlaybookError(f"{path}:1: cannot be read: {trouble}") from trouble
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise PlaybookError(f"{path}:1: front matter is missing: begin with '---', the fields, and '---'")
    fields = _front_matter(path, match["yaml"])
    page = Page(
        **{name: str(fields[name]) for name in _FIELDS},
        body=match["body"],
        path=path,
        body_line=match["yaml"].count("\n") + 3,
    )
    _check_sections(page)
    return page


def _front_matter(path: Path, text: str) -> Mapping[str, Any]:
    try:
        fields = yaml.safe_load(text)
    except yaml.MarkedYAMLError as trouble:
        line = 2 + (trouble.problem_mark.line if trouble.problem_mark else 0)
        raise PlaybookError(f"{path}:{line}: front matter is no YAML: {trouble.problem}") from trouble
    except yaml.YAMLError as trouble:
        raise PlaybookError(f"{path}:2: front matter is no YAML") from trouble
    if not isinstance(fields, dict):
        raise PlaybookError(f"{path}:2: front matter must be 'name: value' lines")
    missing = [name for name in _FIELDS if not fields.get(name)]
    if missing:
        raise PlaybookError(f"{path}:2: front matter lacks {', '.join(missing)}")
    _check_values(path, fields, text)
    return fields


def _check_values(path: Path, fields: Mapping[str, Any], text: str) -> None:
    def line_of(name: str) -> int:
        return next((n for n, line in enumerate(text.splitlines(), start=2) if line.startswith(f"{name}:")), 2)

    if fields["severity"] not in SEVERITIES:
        raise PlaybookError(f"{path}:{line_of('severity')}: severity must be one of {', '.join(SEVERITIES)}")
    if not str(fields["source_url"]).startswith("https://"):
        raise PlaybookError(f"{path}:{line_of('source_url')}: source_url must begin with https://")
    if fields["id"] != path.stem:
        raise PlaybookError(f"{path}:{line_of('id')}: id {fields['id']} must be the file's name without .md")


def _check_sections(page: Page) -> None:
    found = [
        (number, line[3:].strip())
        for number, line in enumerate(page.body.splitlines(), start=page.body_line)
        if line.startswith("## ")
    ]
    headings = [heading for _, heading in found]
    missing = [section for section in SECTIONS if section not in headings]
    if missing:
        raise PlaybookError(f"{page.path}:{page.body_line}: heading '## {missing[0]}' is missing")
    order = [heading for heading in headings if heading in SECTIONS]
    if order != list(SECTIONS):
        number = next(number for (number, heading), due in zip(found, SECTIONS, strict=False) if heading != due)
        raise PlaybookError(f"{page.path}:{number}: headings must be, in order: {', '.join(SECTIONS)}")


def _environment(folders: tuple[Path, ...]) -> SandboxedEnvironment:
    """Return the sandbox: strict names, includes from the folders only, every output escaped."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        undefined=StrictUndefined,
        finalize=_escaped,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["code"] = lambda value: SafeMarkdown(sanitize.code(str(value)))
    environment.filters["sh"] = lambda value: SafeMarkdown(shell.quote(str(value)))
    return environment


def _escaped(value: object) -> object:
    from jinja2 import Undefined

    if isinstance(value, SafeMarkdown | Undefined):
        return value  # an undefined name raises when it is printed
    return SafeMarkdown(sanitize.markdown("" if value is None else str(value)))


def _fill(environment: SandboxedEnvironment, page: Page, values: Mapping[str, Any]) -> str:
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        return environment.from_string(page.body).render(values)
    except TemplateSyntaxError as trouble:
        line = page.body_line + trouble.lineno - 1
        raise PlaybookError(f"{page.path}:{line}: {trouble.message}") from trouble
    except (TemplateError, ArithmeticError, TypeError, ValueError, AttributeError, LookupError) as trouble:
        line = page.body_line + _template_line(trouble) - 1
        raise PlaybookError(f"{page.path}:{line}: {trouble}") from trouble


def _template_line(trouble: BaseException) -> int:
    """Return the line of the page on which rendering failed, from the frames that Jinja rewrites."""
    found = 1
    traceback = trouble.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return found
