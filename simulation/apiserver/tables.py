"""Objects as tables: the columns that `kubectl get` prints."""

from __future__ import annotations

import calendar
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from aiohttp import web

from simulation.apiserver.columns import BUILTIN
from simulation.apiserver.objects import Object, dig

if TYPE_CHECKING:
    from simulation.apiserver.calls import Call

Cell = Callable[[Object, float], Any]
Column = tuple[str, str, int, Cell]


def wanted(request: web.BaseRequest) -> bool:
    return "as=Table" in request.headers.get("Accept", "")


def age(at: str | None, now: float) -> str:
    """How long ago, as kubectl abbreviates it."""
    if not at:
        return "<unknown>"
    seconds = max(0, int(now - calendar.timegm(time.strptime(at, "%Y-%m-%dT%H:%M:%SZ"))))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return f"{minutes}m{seconds % 60}s" if seconds % 60 else f"{minutes}m"
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return f"{hours}h{minutes % 60}m" if minutes % 60 else f"{hours}h"
    if hours < 48:
        return f"{hours}h"
    return f"{days}d{hours % 24}h" if days < 8 and hours % 24 else f"{days}d"


def _name(obj: Object, _now: float) -> Any:
    return obj["metadata"]["name"]


def _age(obj: Object, now: float) -> str:
    return age(obj["metadata"].get("creationTimestamp"), now)


def _created(obj: Object, _now: float) -> Any:
    return obj["metadata"].get("creationTimestamp")


def _printed(column: dict[str, Any]) -> Column:
    """A printer column of a CRD; its JSONPath is a plain path or ends in [*] of a list."""
    steps = column["jsonPath"].strip(".").replace("\\.", "\0").split(".")

    def cell(obj: Object, now: float) -> Any:
        found = _path_value(obj, [step.replace("\0", ".") for step in steps])
        return age(found, now) if column["type"] == "date" else found

    return column["name"], column["type"], column.get("priority", 0), cell


def _path_value(value: Any, steps: list[str]) -> Any:
    for index, step in enumerate(steps):
        name, listed, chosen = step.partition("[")
        value = dig(value, name) if name else value
        if listed and isinstance(value, list):
            rest = steps[index + 1 :]
            found = [_path_value(item, rest) for item in value if _chosen(item, chosen)]
            return next((item for item in found if item is not None), None)
        if value is None:
            return None
    return value


def _chosen(item: Any, condition: str) -> bool:
    """Does a list item pass `?(@.type=="Ready")]`? Any other subscript takes every item."""
    if not condition.startswith("?(@."):
        return True
    key, _, value = condition[4:].rstrip(")]").partition("==")
    return bool(isinstance(item, dict) and item.get(key) == value.strip("'\""))


def _columns(call: Call) -> list[Column]:
    resource = call.resource
    name: Column = ("Name", "string", 0, _name)
    if resource.schema is not None:
        printed = [_printed(column) for column in resource.columns]
        return [name, *(printed or [("Age", "date", 0, _age)])]
    found = BUILTIN.get(resource.kind)
    if found is None:
        return [name, ("Created At", "date", 0, _created)]
    more: list[Column] = [(title, "string", wide, cell) for title, wide, cell in found]
    plain = [column for column in more if not column[2]]
    return [name, *plain, ("Age", "string", 0, _age), *(c for c in more if c[2])]


def table(call: Call, items: Sequence[Object], metadata: dict[str, Any]) -> Object:
    columns, now = _columns(call), call.store.now()
    definitions = [
        {"name": n, "type": t, "format": "name" if n == "Name" else "", "description": n}
        | {"priority": priority}
        for n, t, priority, _ in columns
    ]
    rows = [
        {"cells": [cell(obj, now) for *_, cell in columns], "object": _row_object(call, obj)}
        for obj in items
    ]
    head = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
    return head | {"columnDefinitions": definitions, "rows": rows}


def _row_object(call: Call, obj: Object) -> Object | None:
    wanted_object = call.option("includeObject", "Metadata")
    if wanted_object == "None":
        return None
    if wanted_object == "Object":
        return obj
    head = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
    return head | {"metadata": obj["metadata"]}
