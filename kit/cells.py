"""The grammar of table cells: what a field of a flow is expected to hold.

present · absent · as sent · during the traffic · after the traffic
no longer than the request took · the server's name (any known fact)
at least 1 · at most 200 ms · between 1 µs and 5 s
a multiple of 1 µs · one of TCP, UDP · only SYN · with SYN · nothing but default · empty
a cause of denial · any literal
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from catalog.kinds import Field, Kind
from kit import members
from kit.amounts import Facts, Test, amount, at_least, at_most, between, multiple, number
from kit.facts import DURATION, FACTS, names_a_fact
from kit.nearest import nearest

MISSING = object()
"""Stands for a field that the flow does not have."""

DENIAL = "a cause of denial"

CLOCKS_DIFFER = 2.0
"""Seconds by which nodes' clocks may differ."""
WHOLE_SECOND = 1.0
"""The times of pods, and of a flow's arrival, are cut to whole seconds."""
LATEST_ARRIVAL = 300.0


@dataclass(frozen=True)
class Cell:
    """One expectation of one field. `judge` answers None when met, else what was expected."""

    field: Field
    text: str
    holds: Test
    of_absence: bool = False

    def complaint(self, value: object, facts: Facts) -> str | None:
        """Why the value does not do, as the tail of a sentence; None when it does."""
        if value is MISSING:
            return None if self.of_absence else f"{self.field.phrase} is missing{self._said(facts)}"
        if self.of_absence:
            return f"{self.field.phrase} is {value!r}, expected absent"
        if not self.field.kind.fits(value):
            return f"{self.field.phrase} is {value!r}, which is not a {self.field.kind.value}"
        if self.holds(value, facts):
            return None
        return f"{self.field.phrase} is {_shown(self.field, value)}{self._said(facts)}"

    def _said(self, facts: Facts) -> str:
        meant = max(
            (name for name in (*FACTS, DENIAL, DURATION) if name in self.text), key=len, default=""
        )
        known = facts.get(f"sent {self.field.key}" if self.text == "as sent" else meant)
        if isinstance(known, frozenset):
            known = " or ".join(sorted(map(str, known)))
        return f", expected {self.text}" + (f" ({known})" if known is not None else "")


def parse(field: Field, text: str) -> Cell:
    """The cell for a field; ValueError in one sentence when the text cannot be meant for it."""
    text = " ".join(text.split())
    if not text:
        raise ValueError(f"the cell of {field.phrase!r} is empty: write absent if that is meant")
    if text == "absent":
        return Cell(field, text, lambda _value, _facts: False, of_absence=True)
    if text == "empty":
        return Cell(field, text, members.empty(field))
    for prefix, build in _FORMS.items():
        if text == prefix or text.startswith(prefix + " "):
            return Cell(field, text, build(field, text.removeprefix(prefix).strip()))
    if names_a_fact(text):
        return Cell(field, text, _fact(field, text))
    return Cell(field, text, _literal(field, text))


def _cause_of_denial(field: Field, rest: str) -> Test:
    """A set that depends on versions: the collector knows it, see kit.testimony."""
    _nothing_after(DENIAL, rest)
    if field.key != "PktDropLatestDropCause":
        raise ValueError(f"{field.phrase!r} is not a cause of a drop: it cannot be {DENIAL}")
    return lambda value, facts: value in _known_causes(facts)


def _known_causes(facts: Facts) -> frozenset[object]:
    known = facts.get(DENIAL)
    return known if isinstance(known, frozenset) else frozenset()


def _present(field: Field, rest: str) -> Test:
    _nothing_after("present", rest)
    if field.kind in (Kind.TEXTS, Kind.NUMBERS, Kind.OBJECTS, Kind.TEXT):
        return lambda value, _facts: bool(value)
    return lambda _value, _facts: True


def _as_sent(field: Field, rest: str) -> Test:
    _nothing_after("as sent", rest)
    return lambda value, facts: facts.get(f"sent {field.key}", MISSING) == value


def _during(field: Field, rest: str) -> Test:
    size = _of_time(field, "during the traffic", rest)

    def inside(value: object, facts: Facts) -> bool:
        began, ended = number(facts["traffic began"]), number(facts["traffic ended"])
        latest = ended + WHOLE_SECOND + CLOCKS_DIFFER
        return began - CLOCKS_DIFFER <= number(value) * size <= latest

    return inside


def _after(field: Field, rest: str) -> Test:
    size = _of_time(field, "after the traffic", rest)

    def later(value: object, facts: Facts) -> bool:
        ended = number(facts["traffic ended"])
        earliest = ended - WHOLE_SECOND - CLOCKS_DIFFER
        return earliest <= number(value) * size <= ended + LATEST_ARRIVAL

    return later


def _no_longer(field: Field, rest: str) -> Test:
    """A request that does not tell how long it took proves nothing, so the cell is not met."""
    size = _of_time(field, f"no longer than {DURATION}", rest)
    return lambda value, facts: number(value) * size <= number(facts.get(DURATION, -1))


def _of_time(field: Field, form: str, rest: str) -> float:
    """Seconds in the field's unit."""
    _nothing_after(form, rest)
    if field.unit is None or field.unit.measures != "time":
        raise ValueError(f"{field.phrase!r} is not a time: it cannot be {form}")
    return field.unit.in_base_units


def _one_of(field: Field, rest: str) -> Test:
    choices = [_literal(field, item.strip()) for item in rest.split(",") if item.strip()]
    if len(choices) < 2:
        raise ValueError(f"'one of {rest}' needs at least two choices, separated by commas")
    return lambda value, facts: any(choice(value, facts) for choice in choices)


def _fact(field: Field, text: str) -> Test:
    kind = Kind.NUMBER if text.endswith(" port") else Kind.TEXT
    if field.kind is not kind:
        raise ValueError(f"{field.phrase!r} is a {field.kind.value}: it cannot be {text}")
    return lambda value, facts: text in facts and value == facts[text]


def _literal(field: Field, text: str) -> Test:
    if text in field.words:
        raw = field.words[text]
        return lambda value, _facts: value == raw
    if field.words:
        raise ValueError(f"{text!r} is no {field.phrase}{nearest(text, field.words)}")
    if field.kind is Kind.NUMBER:
        wanted = amount(field, text)
        return lambda value, _facts: math.isclose(number(value), wanted)
    if field.kind is Kind.TEXT:
        return lambda value, _facts: value == text
    raise ValueError(f"{field.phrase!r} is a {field.kind.value}: write only … or with …")


def _nothing_after(form: str, rest: str) -> None:
    if rest:
        raise ValueError(f"nothing may follow {form!r}: {rest!r}")


def _shown(field: Field, value: object) -> str:
    words = {raw: word for word, raw in field.words.items()}
    named = words.get(value) if isinstance(value, str | int) else None
    return f"{value!r} ({named})" if named else repr(value)


_FORMS: dict[str, Callable[[Field, str], Test]] = {
    DENIAL: _cause_of_denial,
    "present": _present,
    "as sent": _as_sent,
    "during the traffic": _during,
    "after the traffic": _after,
    f"no longer than {DURATION}": _no_longer,
    "at least": at_least,
    "at most": at_most,
    "between": between,
    "a multiple of": multiple,
    "one of": _one_of,
    "only": members.only,
    "with": members.with_,
    "nothing but": members.nothing_but,
}
