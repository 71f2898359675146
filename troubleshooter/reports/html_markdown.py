"""This program's own Markdown (runbooks) as HTML: raw HTML in it stays text, links go to https only."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt

from troubleshooter.reports import html_page


def page(title: str, texts: Sequence[str]) -> str:
    """Return one page with an article per text."""
    return html_page.page(title, "\n".join(f"<article>\n{to_html(text)}</article>" for text in texts))


def to_html(text: str) -> str:
    """Return Markdown as HTML; scrollable blocks can be reached from the keyboard."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.validateLink = _is_https  # type: ignore[method-assign]
    return str(parser.render(text)).replace("<pre>", '<pre tabindex="0">')


def _is_https(url: str) -> bool:
    return url.startswith("https://")
