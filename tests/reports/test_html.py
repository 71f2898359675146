"""The page stands alone: no script, no request, headings in order, tables and scrolled blocks reachable."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.reports import builders
from troubleshooter.reports import html
from troubleshooter.reports.html_markdown import to_html
from troubleshooter.reports.options import RenderOptions


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.levels: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.levels.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(page: str) -> Outline:
    reader = Outline()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("name", builders.ALL)
def test_the_page_is_well_formed_and_alone(name: str) -> None:
    page = html.render([builders.ALL[name]()], RenderOptions())
    reader = outline(page)
    assert not {"script", "img", "link", "iframe", "object"} & {tag for tag, _ in reader.tags}
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page
    assert ("html", {"lang": "en"}) in reader.tags
    assert all(attributes.get("tabindex") == "0" for tag, attributes in reader.tags if tag == "pre")
    assert reader.levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in zip(reader.levels, reader.levels[1:], strict=False))


def test_light_dark_and_paper() -> None:
    page = html.render([builders.scp_deny()], RenderOptions(source="snapshot"))
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert "Evidence: snapshot" in page


def test_several_denials_are_articles() -> None:
    page = html.render([builders.scp_deny(), builders.not_iam()], RenderOptions())
    assert page.count("<article") == 2
    assert "<title>2 denials explained</title>" in page


def test_markdown_links_go_to_https_only_and_html_stays_text() -> None:
    assert 'href="https://docs.aws.amazon.com/x"' in to_html("<https://docs.aws.amazon.com/x>")
    assert "href" not in to_html("[a](javascript:alert(1)) [b](http://x) <data:text/html,x>")
    assert "&lt;b&gt;" in to_html("<b>x</b>")
