"""Label and field selectors, parsed as strictly as the real server does."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from simulation.apiserver.errors import bad_request
from simulation.apiserver.objects import Object, dig, labels_of

Labels = dict[str, str]
Test = Callable[[Labels], bool]

_SPLIT = re.compile(r",(?![^(]*\))")
_SET = re.compile(r"\s*([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)\s*")
_EQUAL = re.compile(r"\s*([^\s!=,()]+)\s*(==|!=|=)\s*([^\s!=,()]*)\s*")
_EXISTS = re.compile(r"\s*(!?)\s*([^\s!=,()]+)\s*")
_FIELD = re.compile(r"\s*([^!=,\s]+?)\s*(==|!=|=)\s*(.*)")


def _requirement(text: str) -> Test:
    if found := _SET.fullmatch(text):
        key, operator, listed = found.groups()
        values = {value.strip() for value in listed.split(",")}
        return lambda labels: (labels.get(key) in values) is (operator == "in")
    if found := _EQUAL.fullmatch(text):
        key, operator, value = found.groups()
        return lambda labels: (labels.get(key) == value) is (operator != "!=")
    if found := _EXISTS.fullmatch(text):
        absent, key = found.groups()
        return lambda labels: (key in labels) is not bool(absent)
    raise bad_request(f"unable to parse requirement: {text.strip()!r} is no label requirement")


@lru_cache(maxsize=512)
def parse_labels(selector: str) -> tuple[Test, ...]:
    if not selector.strip():
        return ()
    return tuple(_requirement(part) for part in _SPLIT.split(selector))


def labels_match(selector: str, labels: Labels) -> bool:
    return all(test(labels) for test in parse_labels(selector))


def matches(selector: dict[str, Any] | None, labels: Labels) -> bool:
    """Does a LabelSelector object (matchLabels, matchExpressions) choose these labels?"""
    selector = selector or {}
    wanted = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_expression(e, labels) for e in selector.get("matchExpressions") or ())


def _expression(expression: dict[str, Any], labels: Labels) -> bool:
    key, operator = expression["key"], expression["operator"]
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    return (labels.get(key) in (expression.get("values") or ())) is (operator == "In")


_ALWAYS = ("metadata.name", "metadata.namespace")
SELECTABLE: dict[str, tuple[str, ...]] = {
    "Pod": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    ),
    "Node": ("spec.unschedulable",),
    "Namespace": ("status.phase",),
    "Secret": ("type",),
    "Service": ("spec.clusterIP", "spec.type"),
    "ReplicaSet": ("status.replicas",),
    "Job": ("status.successful",),
    "Event": (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
}


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _field_value(obj: Object, path: str) -> str:
    value = dig(obj, *path.split("."))
    if value is None and path in ("spec.hostNetwork", "spec.unschedulable"):
        return "false"
    return _as_text(value)


Requirement = tuple[str, bool, str]


def parse_fields(selector: str, kind: str, more: tuple[str, ...] = ()) -> list[Requirement]:
    """(path, equal, value) for each part; a field that the kind does not index is a 400."""
    parsed = []
    for part in filter(None, selector.split(",")):
        found = _FIELD.fullmatch(part)
        if not found:
            raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
        path, operator, value = found.groups()
        if path not in (*_ALWAYS, *SELECTABLE.get(kind, ()), *more):
            raise bad_request(_unknown_field(kind, path))
        parsed.append((path, operator != "!=", value))
    return parsed


def _unknown_field(kind: str, path: str) -> str:
    if kind in SELECTABLE:
        return f"field label not supported: {path}"
    return f'"{path}" is not a known field selector: only "metadata.name", "metadata.namespace"'


def fields_match(requirements: list[Requirement], obj: Object) -> bool:
    return all((_field_value(obj, path) == value) is equal for path, equal, value in requirements)


def selected(obj: Object, label_selector: str, requirements: list[Requirement]) -> bool:
    return labels_match(label_selector, labels_of(obj)) and fields_match(requirements, obj)
