"""Label selectors and node selectors as objects carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]
Labels = Mapping[str, str]


def matches(selector: Json | None, labels: Labels | None) -> bool:
    """An empty selector matches everything, no selector nothing."""
    if selector is None:
        return False
    has = labels or {}
    wanted: Labels = selector.get("matchLabels") or {}
    expressions: list[Json] = selector.get("matchExpressions") or []
    return all(has.get(key) == value for key, value in wanted.items()) and all(
        holds(each, has) for each in expressions
    )


def matches_map(wanted: Labels | None, labels: Labels | None) -> bool:
    """A Service's or a ReplicationController's plain map; an empty one matches nothing."""
    return bool(wanted) and matches({"matchLabels": wanted}, labels)


def holds(expression: Json, has: Labels) -> bool:
    value, values = has.get(expression["key"]), expression.get("values") or []
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt":
            return value is not None and int(value) > int(values[0])
        case "Lt":
            return value is not None and int(value) < int(values[0])
    return False


def node_fits(pod_spec: Json, node: Json) -> bool:
    """nodeSelector and the required node affinity."""
    labels, name = node["metadata"].get("labels") or {}, node["metadata"]["name"]
    wanted: Labels = pod_spec.get("nodeSelector") or {}
    affinity = (pod_spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if not all(labels.get(key) == value for key, value in wanted.items()):
        return False
    return required is None or any_term(required["nodeSelectorTerms"], labels, name)


def any_term(terms: Iterable[Json], labels: Labels, name: str) -> bool:
    return any(_term(each, labels, name) for each in terms)


def _term(term: Json, labels: Labels, name: str) -> bool:
    expressions, fields = term.get("matchExpressions") or [], term.get("matchFields") or []
    if not expressions and not fields:
        return False
    return all(holds(each, labels) for each in expressions) and all(
        holds(each, {"metadata.name": name}) for each in fields
    )


def tolerates(tolerations: Iterable[Json], taint: Json) -> bool:
    return any(_tolerates(each, taint) for each in tolerations)


def _tolerates(toleration: Json, taint: Json) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    key, operator = toleration.get("key"), toleration.get("operator", "Equal")
    if not key:
        return bool(operator == "Exists")
    if key != taint["key"]:
        return False
    return bool(operator == "Exists" or toleration.get("value", "") == taint.get("value", ""))
