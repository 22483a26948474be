"""One page of Markdown about a run, for the job page of a build system: ci/summary.py [BUILD].

Reads BUILD/conformance.json; a run that has left none says so and ends with 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST = 25
"""Reasons told in full: a job page is for a glance."""
RED = ("failed", "inconclusive")


def summary(report: dict[str, Any]) -> str:
    run, counts = report["run"], report["statistics"]
    numbers = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    lines = [
        f"## {report['verdict'].capitalize()}: {numbers or 'nothing ran'}",
        "",
        f"Exit {run['exitCode']}, {run['seconds'] / 60:.1f} min, begun {run['started']}.",
        *_told("News", list(_news(report))),
        *_told("Not passed", list(_red(report))),
        *_told("Left on the cluster", report.get("leftOvers", [])),
        *_told("Expired", report.get("quarantineExpired", [])),
        "",
        f"Again: `{run['reproduce']}`",
    ]
    if trouble := run.get("trouble"):
        lines.insert(2, f"It could not begin: {_cell(trouble)}")
    return "\n".join(lines) + "\n"


def _told(title: str, found: list[str]) -> Iterator[str]:
    if found:
        more = [f"- and {len(found) - MOST} more"] if len(found) > MOST else []
        yield from ["", f"### {title}", "", *(f"- {each}" for each in found[:MOST]), *more]


def _news(report: dict[str, Any]) -> Iterator[str]:
    for change in report.get("nights", {}).get("changes", []):
        yield f"**{change['what']}**: {_cell(change['scenario'])} ({_cell(change['told'])})"


def _red(report: dict[str, Any]) -> Iterator[str]:
    known = report.get("quarantined", {})
    for feature in report["features"]:
        for one in feature["scenarios"]:
            if one["verdict"] in RED:
                title, reason = one["scenario"], one.get("reason", "")
                mark = " (quarantined)" if title in known else ""
                yield f"**{feature['feature']}**: {_cell(title)}{mark}: {_cell(reason)}"


def _cell(text: str) -> str:
    """In one line, and nothing in it that Markdown or HTML would act upon."""
    plain = " ".join(text.split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace("`", "'")[:400]


def main(folder: Path) -> int:
    file = folder / "conformance.json"
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"there is no report of a run in {file}: {error}\n")
        return 1
    sys.stdout.write(summary(report))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build")))
