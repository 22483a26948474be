"""Turns Allure's output into one private file: build/report/index.html without analytics.

Allure 3 writes a Google Analytics snippet into every report and has no switch for it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

TRACKERS = ("googletagmanager.com", "google-analytics.com", "gtag(", "dataLayer")
SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>", re.S)
LOADER = re.compile(r"<script\b[^>]*googletagmanager[^>]*>\s*</script>", re.S)
SMALL = 2000
"""The snippet is short; the report's own script is megabytes and may name anything."""


def without_analytics(html: str) -> str:
    def keep(found: re.Match[str]) -> str:
        script = found[0]
        tracks = len(script) < SMALL and any(word in script for word in TRACKERS)
        return "" if tracks else script

    return SCRIPT.sub(keep, LOADER.sub("", html))


def main(folder: Path) -> int:
    pages = sorted(folder.rglob("index.html"), key=lambda page: len(page.parts))
    if not pages:
        sys.stderr.write(f"allure has written no index.html into {folder}\n")
        return 1
    html = without_analytics(pages[0].read_text(encoding="utf-8"))
    (folder / "index.html").write_text(html, encoding="utf-8")
    size = f"{len(html) / 1e6:.1f} MB"
    sys.stdout.write(f"{folder / 'index.html'} ({size}): open it in any browser\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
