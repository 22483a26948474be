"""How the words of a step become values: every placeholder type of the suite."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pytest_bdd import parsers

from catalog.dns import RESPONSE_CODES
from catalog.features import BY_PHRASE, Feature
from catalog.fields import BY_PHRASE as FIELDS_BY_PHRASE
from catalog.outcomes import Outcome
from kit.callers import SOURCES
from kit.cells import Cell, parse
from kit.events import EventCell, an_event
from kit.guarded import open_port
from kit.nearest import nearest
from kit.networks import FOLDERS
from kit.paths import path
from kit.quantity import quantity
from kit.rules import PROTOCOLS, Port, Rule

PLACES = {"on another node": "another", "on the same node": "same"}
EGRESS_PLACES = {"on the egress node": "egress", "on another node": "another"}
RESPONDERS = {"the first responder": 0, "the second responder": 1}


def one_of(known: Mapping[str, Any], text: str, what: str) -> Any:
    if text not in known:
        raise ValueError(f"{text!r} is no {what}{nearest(text, known)}")
    return known[text]


def feature(text: str) -> Feature:
    found: Feature = one_of(BY_PHRASE, text, "FlowCollector feature")
    return found


def size(text: str) -> int:
    value = quantity(text)
    if value.measures != "size":
        raise ValueError(f"{text!r} is not a size, such as 8 kB")
    return int(value.amount)


def duration(text: str) -> float:
    """Seconds."""
    value = quantity(text)
    if value.measures != "time":
        raise ValueError(f"{text!r} is no time, such as 30 s")
    return float(value.amount)


def rule_count(text: str) -> int:
    """`1 rule`, `8000 rules`."""
    match = re.fullmatch(r"(\d+) rules?", text)
    if match is None or not int(match[1]):
        raise ValueError(f"{text!r} is no number of rules, such as 100 rules")
    return int(match[1])


def outcome(text: str) -> Outcome:
    found: Outcome = one_of({o.value: o for o in Outcome}, text, "way for a connection to end")
    return found


def response_code(text: str) -> str:
    found: str = one_of({code: code for code in RESPONSE_CODES.values()}, text, "DNS response code")
    return found


TYPES: dict[str, Callable[[str], Any]] = {
    "EgressPlace": lambda text: one_of(EGRESS_PLACES, text, "place of a client"),
    "Source": lambda text: one_of({who: who for who in SOURCES}, text, "address of a client"),
    "Duration": duration,
    "Feature": feature,
    "Network": lambda text: one_of(dict.fromkeys(FOLDERS, text), text, "user-defined network"),
    "Outcome": outcome,
    "Path": path,
    "Protocol": lambda text: one_of(dict.fromkeys(PROTOCOLS, text), text, "protocol"),
    "Port": Port.said,
    "Place": lambda text: one_of(PLACES, text, "place of a client"),
    "Rules": rule_count,
    "Responder": lambda text: one_of(RESPONDERS, text, "responder"),
    "ResponseCode": response_code,
    "Size": size,
}

phrase = partial(parsers.parse, extra_types=TYPES)


def cells(table: list[list[str]]) -> list[Cell]:
    """The expectations of a table of two columns: a field's phrase and its cell."""
    if not table:
        raise ValueError("the table is empty: a claim without a field would always be true")
    wrong = next((row for row in table if len(row) != 2), None)
    if wrong is not None:
        raise ValueError(f"a row has a field and its cell, not {len(wrong)} columns: {wrong}")
    return [
        parse(one_of(FIELDS_BY_PHRASE, name.strip(), "field of a flow"), cell)
        for name, cell in table
    ]


def event(table: list[list[str]]) -> EventCell:
    """The one network event that a table describes."""
    if not table:
        raise ValueError("the table is empty: an event without properties would always be there")
    return an_event(table)


def rules(table: list[list[str]]) -> list[Rule]:
    """The rules of a firewall: allows or denies, whom, and optionally a protocol and port."""
    if not table:
        raise ValueError("the table is empty: a firewall without rules denies nothing")
    return [Rule.said(row) for row in table]


Step = Callable[..., Any]


def takes_cells(step: Step) -> Step:
    """Mark a step whose table is read at collection, so that a typing error costs nothing."""
    return _checked(step, cells)


def takes_event(step: Step) -> Step:
    """Mark a step whose table describes a network event."""
    return _checked(step, event)


def takes_open_port(step: Step) -> Step:
    """Mark a step about a port of the guarded server."""
    vars(step)["__check__"] = lambda arguments, _table, _docstring: open_port(arguments["port"])
    return step


def takes_rules(step: Step) -> Step:
    """Mark a step whose table holds firewall rules."""
    return _checked(step, rules)


def _checked(step: Step, read: Callable[[list[list[str]]], Any]) -> Step:
    vars(step)["__check__"] = lambda _arguments, table, _docstring: read(table or [])
    return step
