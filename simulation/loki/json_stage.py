"""The `json` stage: fields of the line become labels.

Source: loki v3 pkg/logql/log/parser.go: nested keys are joined by `_`, lists are passed over, and
a name that the stream already has gets the suffix `_extracted`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from simulation.loki.rows import Row

ERROR = "JSONParserErr"
_INVALID = re.compile(r"[^a-zA-Z0-9_]")
_PATH = re.compile(r"\.?([a-zA-Z_]\w*)|\[\"((?:[^\"\\]|\\.)*)\"\]|\[(\d+)\]")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)


def json_stage(wanted: tuple[tuple[str, str], ...]) -> Callable[[Row], bool]:
    return _chosen(wanted) if wanted else _everything


def _everything(row: Row) -> bool:
    record = _object(row)
    if record is None:
        return True
    for name, value in _flat(record, ""):
        row.put(f"{name}_extracted" if row.came_with(name) else name, value)
    return True


def _object(row: Row) -> dict[str, Any] | None:
    try:
        record = _DECODER.decode(row.line)
    except ValueError:
        row.fail(ERROR, _reason(row.line))
        return None
    if not isinstance(record, dict):
        row.fail(ERROR, _reason(row.line))
        return None
    return record


def _reason(line: str) -> str:
    """jsonparser says little more than whether it met an object at all."""
    if line.lstrip().startswith("{") and not line.rstrip().endswith("}"):
        return "Value looks like object, but can't find closing '}' symbol"
    return "Malformed JSON error"


def _flat(record: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        name = prefix + sanitized(key, first=not prefix)
        if isinstance(value, dict):
            yield from _flat(value, f"{name}_")
        elif name and not isinstance(value, list) and value is not None:
            yield name, _scalar(value)


def _scalar(value: str | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.replace("\ufffd", " ")


def sanitized(key: str, *, first: bool) -> str:
    """A label name made of a key."""
    bare = _INVALID.sub("_", key.strip())
    return f"_{bare}" if first and bare[:1].isdigit() else bare


def _chosen(wanted: tuple[tuple[str, str], ...]) -> Callable[[Row], bool]:
    paths = [(name, _steps(path)) for name, path in wanted]

    def stage(row: Row) -> bool:
        try:
            record = json.loads(row.line)
        except ValueError:
            row.fail(ERROR)
            return True
        for name, steps in paths:
            found = f"{name}_extracted" if row.came_with(name) else name
            row.put(found, _text(_walk(record, steps)))
        return True

    return stage


def _steps(path: str) -> list[str | int]:
    return [int(at) if at else name or key for name, key, at in _PATH.findall(path)]


def _walk(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        if isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        elif isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
