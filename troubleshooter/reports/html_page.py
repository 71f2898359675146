"""The frame of every HTML page: self-contained, readable in light and dark and on paper, no script, no request."""

from __future__ import annotations

from troubleshooter.reports.sanitize import html

CSS = """
:root { color-scheme: light dark; --ink: #1c2024; --soft: #51585f; --page: #ffffff; --card: #f5f6f8; --line: #c9ced4;
  --deny: #a4161a; --allow: #1b6e3a; --warn: #7a4b00; --add: #e3f4e7; --cut: #fbe6e6; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #b4bac1; --page: #15181b; --card: #1f2428;
  --line: #454c54; --deny: #ff9a9a; --allow: #85d9a2; --warn: #f0c274; --add: #143420; --cut: #401d1f;
  --link: #8ec2ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
h1 { font-size: 1.35rem; line-height: 1.35; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .35rem; }
p, li, dd, td, th { overflow-wrap: anywhere; }
a { color: var(--link); }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { background: var(--card); padding: .05em .25em; border-radius: .25em; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .4em; padding: .75em; overflow-x: auto; }
pre code { background: none; padding: 0; }
.verdict { font-weight: 700; }
.deny .verdict, .deny-word { color: var(--deny); }
.allow .verdict, .allow-word { color: var(--allow); }
.unknown .verdict, .unknown-word { color: var(--warn); }
.note, blockquote { border-left: .3rem solid var(--warn); background: var(--card); margin: .5rem 0;
  padding: .5rem .75rem; }
blockquote p { margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1rem 0; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; }
ol, ul { padding-left: 1.4rem; }
li { margin: .3rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top; }
article + article { border-top: 2px solid var(--line); margin-top: 2.5rem; padding-top: 1.5rem; }
.add { background: var(--add); display: block; }
.cut { background: var(--cut); display: block; }
.same { display: block; }
.soft { color: var(--soft); }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #333; --page: #fff; --card: #fff; --line: #999;
  --deny: #a4161a; --allow: #1b6e3a; --warn: #7a4b00; --add: #fff; --cut: #fff; --link: #000; }
  main { max-width: none; padding: 0; } pre { white-space: pre-wrap; } pre, li, tr { break-inside: avoid; }
  a[href]::after { content: " (" attr(href) ")"; } }
"""


def page(title: str, body: str) -> str:
    """Return a whole page; ``title`` is escaped here, ``body`` is HTML already."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{html(title)}</title>
<style>{CSS}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
