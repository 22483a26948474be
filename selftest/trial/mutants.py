"""Ways in which one field of flow records can be wrong, made for every field of the catalog.

A mutation takes the records that a claim has judged, and what else there was: the scenario's other
records, and values that the field has had anywhere. It answers the records as they would be; None
where it would change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from catalog.fields import BY_KEY
from catalog.kinds import Field, Kind
from kit.loki import Flow

Flows = Sequence[Flow]
Mutation = Callable[[Field, Flows, "Around"], list[Flow] | None]
Way = tuple[tuple[Any, Any], tuple[Any, Any]] | None
GONE = object()


@dataclass(frozen=True)
class Around:
    """What there was beside the records that a claim has judged."""

    flows: Flows = ()
    values: Sequence[Any] = ()


NOTHING: Mapping[Kind, Any] = MappingProxyType(
    {Kind.TEXT: "", Kind.NUMBER: 0, Kind.TEXTS: [], Kind.NUMBERS: [], Kind.OBJECTS: []}
)


def missing(field: Field, flows: Flows, _around: Around) -> list[Flow] | None:
    return _each(field, flows, lambda _value: GONE)


def zero(field: Field, flows: Flows, _around: Around) -> list[Flow] | None:
    return _each(field, flows, lambda _value: NOTHING[field.kind])


def wrong_type(field: Field, flows: Flows, _around: Around) -> list[Flow] | None:
    """A number as a text, a text as a number, a list as one text; labels are texts in any case."""
    if field.label:
        return None
    return _each(field, flows, lambda value: 7 if isinstance(value, str) else json.dumps(value))


def thousandfold(field: Field, flows: Flows, _around: Around) -> list[Flow] | None:
    """The next smaller unit: what was milliseconds is microseconds."""
    return _each(field, flows, lambda value: value * 1000) if field.unit else None


def thousandth(field: Field, flows: Flows, _around: Around) -> list[Flow] | None:
    return _each(field, flows, lambda value: value // 1000) if field.unit else None


def swapped(field: Field, flows: Flows, _around: Around) -> list[Flow] | None:
    """The source's value stands at the destination, and the other way round."""
    twin = _other_side(field.key)
    if twin not in BY_KEY or not field.key.startswith(("Src", "XlatSrc")):
        return None

    def turned(flow: Flow) -> Flow:
        here, there = _value(flow, field.key), _value(flow, twin)
        return _with(_with(flow, field.key, there), twin, here)

    return _if_changed(flows, [turned(flow) for flow in flows])


def stale(field: Field, flows: Flows, around: Around) -> list[Flow] | None:
    """A value that other traffic has had."""

    def older(value: Any) -> Any:
        return next((other for other in around.values if other != value), value)

    return _each(field, flows, older)


def on_the_wrong_record(field: Field, flows: Flows, around: Around) -> list[Flow] | None:
    """What belongs to one direction of a conversation stands on the other one's records."""
    ways = {_way(flow): _value(flow, field.key) for flow in (*around.flows, *flows)}
    there = {way: value for way, value in ways.items() if way is not None}
    wrong = [_with(f, field.key, there.get(_back(_way(f)), _value(f, field.key))) for f in flows]
    return _if_changed(flows, wrong)


def on_every_record(field: Field, flows: Flows, around: Around) -> list[Flow] | None:
    """Records that rightly lack it have it, with a value that elsewhere is right."""
    if not around.values:
        return None
    value = around.values[0]
    filled = [flow if field.key in flow else _with(flow, field.key, value) for flow in flows]
    return _if_changed(flows, filled)


MUTATIONS: tuple[Mutation, ...] = (
    *(missing, zero, wrong_type, thousandfold, thousandth),
    *(swapped, stale, on_the_wrong_record, on_every_record),
)


def name(mutation: Mutation) -> str:
    return mutation.__name__.replace("_", "-")


def _each(field: Field, flows: Flows, change: Callable[[Any], Any]) -> list[Flow] | None:
    """Changed where it is there: what a record does not have cannot be wrong in it."""
    there = [f if field.key not in f else _with(f, field.key, change(f[field.key])) for f in flows]
    return _if_changed(flows, there)


def _if_changed(before: Flows, after: list[Flow]) -> list[Flow] | None:
    return after if list(before) != after else None


def _value(flow: Flow, key: str) -> Any:
    return flow.get(key, GONE)


def _way(flow: Flow) -> Way:
    """From where to where; flows without ports are of no connection."""
    ends = [flow.get(key) for key in ("SrcAddr", "SrcPort", "DstAddr", "DstPort")]
    return None if None in ends else ((ends[0], ends[1]), (ends[2], ends[3]))


def _back(way: Way) -> Way:
    return way and (way[1], way[0])


def _with(flow: Flow, key: str, value: Any) -> Flow:
    """The flow as Loki would hold it: labels of the stream stay labels, the rest is the line."""
    labels, record = dict(flow.labels), json.loads(flow.line)
    home = labels if BY_KEY[key].label else record
    home.pop(key, None)
    if value is not GONE:
        home[key] = value
    changed = Flow(labels, json.dumps(record), flow.at_ns)
    changed.__dict__.update(asked=flow.__dict__.get("asked", ()))
    return changed


def _other_side(key: str) -> str:
    prefix = "Xlat" if key.startswith("Xlat") else ""
    bare = key.removeprefix(prefix)
    return prefix + ("Dst" if bare.startswith("Src") else "Src") + bare[3:]
