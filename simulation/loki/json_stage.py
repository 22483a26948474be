"""The `json` stage: fields of the line become labels.

Source: loki v3 pkg/logql/log/parser.go: nested keys are joined by `_`, lists are passed over, and
a name that the stream already has gets the suffix `_extracted`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from simulation.loki.rows import Row

ERROR = "JSONParserErr"
_INVALID = re.compile(r"[^a-zA-Z0-9_]")
_PATH = re.compile(r"\.?([a-zA-Z_]\w*)|\[\"((?:[^\"\\]|\\.)*)\"\]|\[(\d+)\]")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)


def json_stage(wanted: tuple[tuple[str, str], ...]) -> Callable[[Row], bool]:
    return _chosen(wanted) if wanted else _everything


def _everything(row: Row) -> bool:
    for name, value in _flat(_object(row), ""):
        row.put(f"{name}_extracted" if row.came_with(name) else name, value)
    return True


def _object(row: Row) -> dict[str, Any]:
    """The fields; of an object that lacks its end, those that are whole, and an error."""
    line = row.line.lstrip()
    if not line.startswith("{"):
        row.fail(ERROR, "Value looks like object, but can't find closing '}' symbol")
        return {}
    record: dict[str, Any] | None = _decoded(line)
    if record is None:
        row.fail(ERROR, "Value is array, but can't find closing ']' symbol")
        record = _decoded(line + "}") or {}
    return record


def _decoded(text: str) -> Any:
    """Text after the first value is not looked at."""
    with suppress(ValueError):
        return _DECODER.raw_decode(text)[0]
    return None


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
        if row.line[:1] not in tuple('{["'):
            row.fail(ERROR)
            return True
        record = _decoded(row.line)
        for name, steps in paths:
            found = f"{name}_extracted" if row.came_with(name) else name
            row.put(found, _text(_walk(record, steps), row.line))
        return True

    return stage


def is_path(path: str) -> bool:
    """Names with points between, and `["name"]` or `[number]`."""
    return bool(path) and not _PATH.sub("", path)


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


def _text(value: Any, line: str) -> str:
    """Objects and lists as the line wrote them."""
    if value is None:
        return ""
    if not isinstance(value, dict | list):
        return _scalar(value)
    for at in (found.start() for found in re.finditer(r"[{\[]", line)):
        with suppress(ValueError):
            decoded, end = _DECODER.raw_decode(line, at)
            if decoded == value:
                return line[at:end]
    return ""
