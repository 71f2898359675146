"""Open HTML reports in headless Chromium: axe-core must find nothing, no page may scroll sideways; keep screenshots.

Needs chromium and npm (for axe-core); ``make test-browser`` runs it. Screenshots go to the folder given as
the only argument (default: ``browser-shots``), at 360 and 1280 pixels, light and dark.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from tests.cases.samples import SAMPLES, diagnosis_of
from tests.reports import builders
from tests.reports.test_hostile import PAGES
from troubleshooter.reports import html as html_report
from troubleshooter.reports import scan_html
from troubleshooter.reports.options import RenderOptions
from troubleshooter.usecases import runbook
from troubleshooter.usecases.scan import scan

WIDTHS = (360, 1280)
SCHEMES = {"light": 1, "dark": 0}
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--allow-file-access-from-files",
)  # fmt: skip
RUN = """
<script>window.addEventListener('load', () => axe.run(document, {resultTypes: ['violations']}).then((found) => {
  const out = document.createElement('pre'); out.id = 'axe-result';
  out.textContent = JSON.stringify({wide: document.documentElement.scrollWidth > window.innerWidth,
    violations: found.violations.map((one) => [one.impact, one.id, one.nodes.map((node) => node.target.join(' '))])});
  document.body.append(out); }));</script>
"""


def pages() -> dict[str, str]:
    """Return the pages to look at."""
    options = RenderOptions()
    scp, key = diagnosis_of("scp-explicit-deny"), diagnosis_of("kms-key-behind-resource")
    return {
        "explain": html_report.render([scp], options),
        "explain-many": html_report.render([build() for build in builders.ALL.values()], options),
        "runbook": runbook.render([key], PAGES, "html", options),
        "scan": scan_html.render(scan(SAMPLES / "cloudtrail", jobs=1), options),
    }


def chromium(*words: str) -> str:
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            ["chromium", *FLAGS, f"--user-data-dir={profile}", *words], capture_output=True, text=True, check=True
        )
    return done.stdout


def axe_source(folder: Path) -> str:
    subprocess.run(["npm", "install", "--silent", "--prefix", str(folder), "axe-core"], check=True)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def with_axe(page: str, axe: str) -> str:
    """Return the page with axe inside; its content security policy would (rightly) forbid the script."""
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    return open_page.replace("</body>", f"<script>{axe}</script>{RUN}</body>")


def main() -> int:
    """Return the number of findings."""
    shots = Path(sys.argv[1] if len(sys.argv) > 1 else "browser-shots")
    shots.mkdir(parents=True, exist_ok=True)
    findings = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        axe = axe_source(folder)
        for (name, page), width, scheme in product(pages().items(), WIDTHS, SCHEMES):
            plain, tested = folder / f"{name}.html", folder / f"{name}-axe.html"
            plain.write_text(page, "utf-8")
            tested.write_text(with_axe(page, axe), "utf-8")
            look = (f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}", f"--window-size={width},1600")
            chromium(*look, f"--screenshot={(shots / f'{name}-{width}-{scheme}.png').resolve()}", plain.as_uri())
            dom = chromium(*look, "--virtual-time-budget=20000", "--dump-dom", tested.as_uri())
            match = re.search(r'<pre id="axe-result">(.*?)</pre>', dom, flags=re.DOTALL)
            result: dict[str, Any] = {"wide": True, "violations": ["axe did not run"]}
            if match:
                result = json.loads(html.unescape(match[1]))
            findings += len(result["violations"]) + result["wide"]
            sys.stdout.write(f"{name} {width} {scheme}: {json.dumps(result)}\n")
    return findings


if __name__ == "__main__":
    if shutil.which("chromium") is None or shutil.which("npm") is None:
        sys.stdout.write("test-browser: chromium or npm is missing; nothing was checked\n")
        sys.exit(0)
    sys.exit(1 if main() else 0)
