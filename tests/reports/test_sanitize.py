"""No form of a hostile text keeps what makes it dangerous there."""

from __future__ import annotations

import csv
import html as html_library
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.reports import sanitize

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_terminal_keeps_only_what_can_be_seen(text: str) -> None:
    for char in sanitize.terminal(text):
        assert char in "\n\t" or char.isprintable()
        assert unicodedata.category(char) not in {"Cf", "Cs"}


@given(ANY_TEXT)
def test_every_form_can_be_encoded(text: str) -> None:
    for form in (sanitize.terminal, sanitize.line, sanitize.markdown, sanitize.code, sanitize.html, sanitize.slack):
        form(text).encode("utf-8")


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs"))))
def test_plain_text_passes_unchanged(text: str) -> None:
    assert sanitize.terminal(text) == text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("title\x1b]0;pwned\x07 end", "title end"),
        ("\x9b31mred", "red"),
        ("unfinished \x1b]8;;http://evil", "unfinished ]8;;http://evil"),
        ("role\u202egnp.exe", "rolegnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("a\r\nb\rc", "a\nbc"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("tag \U000e0041", "tag "),
        ("nul\x00 bell\x07 del\x7f", "nul bell del"),
        ("nested \x1b\x1b[0m[31m", "nested [31m"),
        ("no\u00a0break\u2028line", "no break\nline"),
    ],
)
def test_terminal(raw: str, shown: str) -> None:
    assert sanitize.terminal(raw) == shown


def test_line_is_one_line() -> None:
    assert sanitize.line("a\n\t b\r\n\x0bc") == "a b c"


@pytest.mark.parametrize(
    "raw",
    [
        "[click](http://evil.example)",
        "![x](https://evil.example/p.png)",
        "<script>alert(1)</script>",
        "`code`",
        "| cell |",
        "# heading",
        "{{ 7 * 7 }}",
        "<http://evil.example>",
        "https://evil.example",
        "www.evil.example",
        "javascript:alert(1)",
        "@channel",
    ],
)
def test_markdown_and_code_hold_no_live_syntax(raw: str) -> None:
    for shown in (sanitize.markdown(raw), sanitize.code(raw)):
        assert raw not in shown.strip("`") or raw in {"# heading", "@channel"}
        assert "<" not in shown
        assert "://" not in shown.replace("&#58;", "")
    assert sanitize.markdown(raw) != raw


@given(ANY_TEXT)
def test_markdown_is_one_line_without_html(text: str) -> None:
    for shown in (sanitize.markdown(text), sanitize.code(text)):
        assert "\n" not in shown
        assert "<" not in shown
        assert "](" not in shown


def test_code_keeps_an_arn_readable() -> None:
    arn = "arn:aws:iam::111122223333:role/app-*"
    assert sanitize.code(arn) == f"`{arn}`"
    assert sanitize.code("") == ""


def test_markdown_line_starts_are_no_lists() -> None:
    assert sanitize.markdown("- item") == r"\- item"
    assert sanitize.markdown("12. item") == r"12\. item"


@given(ANY_TEXT)
def test_html_reads_back_as_the_visible_text(text: str) -> None:
    shown = sanitize.html(text)
    assert not set("<>\"'") & set(shown)
    assert html_library.unescape(shown) == sanitize.terminal(text)


@given(ANY_TEXT)
def test_slack_holds_no_control_sequence(text: str) -> None:
    for shown in (sanitize.slack(text), sanitize.slack_code(text)):
        assert "<" not in shown
        assert ">" not in shown
    assert sanitize.slack("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@given(ANY_TEXT)
def test_csv_cells_are_no_formulas(text: str) -> None:
    cell = sanitize.csv_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    written = io.StringIO()
    csv.writer(written).writerow([cell, "next"])
    assert next(csv.reader(io.StringIO(written.getvalue()))) == [cell, "next"]
