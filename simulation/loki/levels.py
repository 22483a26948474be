"""The level that Loki 3 finds in a line and adds to the entry as `detected_level`.

Source: loki v3 pkg/distributor/field_detection.go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

LABEL = "detected_level"
UNKNOWN = "unknown"

FIELDS = (
    *("level", "LEVEL", "Level", "log.level", "severity", "SEVERITY", "Severity"),
    *("SeverityText", "lvl", "LVL", "Lvl", "severity_text", "Severity_Text", "SEVERITY_TEXT"),
)

_NAMES = {
    "trace": ("trace", "trc"),
    "debug": ("debug", "dbg"),
    "info": ("info", "inf", "information"),
    "warn": ("warn", "wrn", "warning"),
    "error": ("error", "err"),
    "critical": ("critical",),
    "fatal": ("fatal",),
}
_LEVEL_OF = {word: level for level, words in _NAMES.items() for word in words}
_WORD = re.compile(
    r"(?:(?<=[ \t\n\[({\"'=|])|^)"
    r"(trace|debug|fatal|critical|error|err|warning|warn|info)"
    r"(?=[ \t\n\[\](){}:,!\"'=|]|$)"
)
_PAIR = re.compile(r"([^\s=]+)=(\"[^\"]*\"|\S*)")
_MAX_DEPTH = 2
_SUSPECT = re.compile("level|severity|lvl", re.IGNORECASE)


def level_of(labels: Mapping[str, str], line: str) -> str:
    """The level of one entry: from a label, else from a field of the line, else from a word."""
    for name in FIELDS:
        if name in labels:
            return _LEVEL_OF.get(labels[name].lower(), labels[name])
    return _of_line(line)


@lru_cache(maxsize=1 << 14)
def _of_line(line: str) -> str:
    named = _named_in(line) if _SUSPECT.search(line) else ""
    return _LEVEL_OF.get(named.lower()) or _guessed(line)


def _named_in(line: str) -> str:
    bare = line.strip()
    if bare.startswith("{") and bare.endswith("}"):
        try:
            return _in_object(json.loads(bare), 0) or ""
        except ValueError:
            return ""
    pairs = [(key, value.strip('"')) for key, value in _PAIR.findall(line)]
    wanted = [name.lower() for name in FIELDS]
    ranked = [(wanted.index(k.lower()), value) for k, value in pairs if k.lower() in wanted]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else ""


def _in_object(record: dict[str, Any], depth: int) -> str | None:
    for key, value in record.items():
        if isinstance(value, str) and key in FIELDS:
            return value
        if isinstance(value, dict) and depth + 1 < _MAX_DEPTH:
            found = _in_object(value, depth + 1)
            if found is not None:
                return found
    return None


def _guessed(line: str) -> str:
    found = _WORD.search(line.lower())
    return _LEVEL_OF[found[1]] if found else UNKNOWN
