"""The files beside Allure's results: environment, categories, executor."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from kit.files import write_whole
from kit.redact import redacted

_BLOCKED = "times out|is refused|is reset|finds no route|is answered by somebody else"
_LET_BY = (
    r"\bis made, expected: (?!.*\bis made\b)|\bgot through\b|\bno rule denies\b|"
    r"\bleave (?!0 IPv4 addresses open).* open\b"
)
_HELD_BACK = (
    rf"\b({_BLOCKED}), expected: .*\bis made\b|\ba rule denies\b|"
    r"\bthey deny (?!0 IPv4 addresses too many)"
)
_DEAR = r"\bis above the .+ of \S+:\d+|\brose from .+ median of .*\d+ runs\b"

CATEGORIES = (
    ("Egress not enforced", ["failed"], rf"(?s).*({_LET_BY}).*"),
    ("Egress over-blocking", ["failed"], rf"(?s).*({_HELD_BACK}).*"),
    ("Budget exceeded", ["failed"], rf"(?s).*({_DEAR}).*"),
    ("Left-overs found", ["failed", "broken"], r"(?s).*\bleft[- ]over.*"),
    ("Product defect", ["failed"], r"(?s).*"),
    ("Inconclusive", ["broken"], r"(?s).*\b(inconclusive|InfrastructureError|Inconclusive)\b.*"),
    ("Set-up or suite fault", ["broken"], r"(?s).*"),
    ("Cluster does not offer it", ["skipped"], r"(?s).*"),
)
"""First match wins, by the words of kit/outcomes.py, costing.py, trend.py and block_list.py.
ci/allurerc.mjs reads the file, since Allure 3 does not by itself, and holds those of egress for
scenarios of that epic alone.
"""


def write(directory: Path, environment: Mapping[str, object], report_name: str) -> None:
    write_whole(directory / "environment.properties", properties(environment))
    categories = [
        {"name": name, "matchedStatuses": statuses, "messageRegex": message}
        for name, statuses, message in CATEGORIES
    ]
    write_whole(directory / "categories.json", json.dumps(categories, indent=2) + "\n")
    write_whole(directory / "executor.json", json.dumps(executor(report_name), indent=2) + "\n")


def properties(facts: Mapping[str, object]) -> str:
    """Java properties: `key=value`, spaces in keys escaped, newlines in values too."""
    lines = []
    for name, value in sorted(facts.items()):
        key = name.replace("_", " ").replace("\\", "\\\\").replace(" ", "\\ ")
        told = redacted(str(value)).replace("\\", "\\\\").replace("\n", "\\n")
        lines.append(f"{key.replace('=', chr(92) + '=').replace(':', chr(92) + ':')}={told}\n")
    return "".join(lines)


def executor(report_name: str) -> dict[str, object]:
    """Who ran it, from what common build systems tell their jobs."""
    seen = os.environ.get
    kind = "github" if seen("GITHUB_ACTIONS") else "jenkins" if seen("JENKINS_URL") else "local"
    facts = {
        "name": seen("CI_NAME") or kind,
        "type": kind,
        "buildName": seen("BUILD_TAG") or seen("GITHUB_WORKFLOW"),
        "buildUrl": seen("BUILD_URL"),
        "buildOrder": _number(seen("BUILD_NUMBER") or seen("GITHUB_RUN_NUMBER")),
        "reportName": report_name,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
