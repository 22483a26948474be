"""The grammar of table cells: what a field of a flow is expected to hold.

present · absent · as sent · during the traffic · after the traffic
the server's name (any known fact) · at least 1 · at most 200 ms · between 1 µs and 5 s
a multiple of 1 µs · one of TCP, UDP · only SYN · with SYN · any literal
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from catalog.kinds import Field, Kind
from kit.nearest import nearest
from kit.quantity import quantity

MISSING = object()
"""Stands for a field that the flow does not have."""

FACTS = (
    "the client's name",
    "the client's namespace",
    "the client's address",
    "the client's port",
    "the client's node",
    "the client's node address",
    "the server's name",
    "the server's namespace",
    "the server's owner",
    "the server's address",
    "the server's port",
    "the server's node",
    "the server's node address",
    "the service's name",
    "the service's address",
    "the service's port",
    "the target's address",
    "the target's port",
)
"""What a scenario knows of its traffic without writing it down."""

CLOCKS_DIFFER = 2.0
"""Seconds by which nodes' clocks may differ; pod times themselves are whole seconds."""
WHOLE_SECOND = 1.0
LATEST_ARRIVAL = 300.0

Facts = Mapping[str, object]
Test = Callable[[object, Facts], bool]


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
        known = facts.get(f"sent {self.field.key}" if self.text == "as sent" else self.text)
        return f", expected {self.text}" + (f" ({known})" if known is not None else "")


def parse(field: Field, text: str) -> Cell:
    """The cell for a field; ValueError in one sentence when the text cannot be meant for it."""
    text = text.strip()
    if not text:
        raise ValueError(f"the cell of {field.phrase!r} is empty: write absent if that is meant")
    if text == "absent":
        return Cell(field, text, lambda _value, _facts: False, of_absence=True)
    for prefix, build in _FORMS.items():
        if text == prefix or text.startswith(prefix + " "):
            return Cell(field, text, build(field, text.removeprefix(prefix).strip()))
    if text.startswith(("the client's", "the server's", "the service's", "the target's")):
        return Cell(field, text, _fact(field, text))
    return Cell(field, text, _literal(field, text))


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
        began, ended = _number(facts["traffic began"]), _number(facts["traffic ended"])
        return began - CLOCKS_DIFFER <= _number(value) * size <= ended + CLOCKS_DIFFER

    return inside


def _after(field: Field, rest: str) -> Test:
    size = _of_time(field, "after the traffic", rest)

    def later(value: object, facts: Facts) -> bool:
        ended = _number(facts["traffic ended"])
        return ended - WHOLE_SECOND <= _number(value) * size <= ended + LATEST_ARRIVAL

    return later


def _of_time(field: Field, form: str, rest: str) -> float:
    """Seconds in the field's unit."""
    _nothing_after(form, rest)
    if field.unit is None or field.unit.measures != "time":
        raise ValueError(f"{field.phrase!r} is not a time: it cannot be {form}")
    return field.unit.in_base_units


def _at_least(field: Field, rest: str) -> Test:
    least = _amount(field, rest)
    return lambda value, _facts: _number(value) >= least


def _at_most(field: Field, rest: str) -> Test:
    most = _amount(field, rest)
    return lambda value, _facts: _number(value) <= most


def _between(field: Field, rest: str) -> Test:
    low_text, and_, high_text = rest.partition(" and ")
    if not and_:
        raise ValueError(f"'between {rest}' needs two bounds: between 1 and 10")
    low, high = _amount(field, low_text), _amount(field, high_text)
    if low > high:
        raise ValueError(f"'between {rest}' is never true: the first bound is the greater one")
    return lambda value, _facts: low <= _number(value) <= high


def _multiple(field: Field, rest: str) -> Test:
    step = _amount(field, rest)
    if step <= 0:
        raise ValueError(f"'a multiple of {rest}' means nothing: it must be above zero")
    return lambda value, _facts: math.isclose(math.remainder(_number(value), step), 0, abs_tol=1e-6)


def _one_of(field: Field, rest: str) -> Test:
    choices = [_literal(field, item.strip()) for item in rest.split(",") if item.strip()]
    if len(choices) < 2:
        raise ValueError(f"'one of {rest}' needs at least two choices, separated by commas")
    return lambda value, facts: any(choice(value, facts) for choice in choices)


def _only(field: Field, rest: str) -> Test:
    wanted = _members(field, rest)
    return lambda value, _facts: isinstance(value, list) and {*map(str, value)} == wanted


def _with(field: Field, rest: str) -> Test:
    wanted = _members(field, rest)
    return lambda value, _facts: isinstance(value, list) and wanted <= {*map(str, value)}


def _members(field: Field, rest: str) -> set[str]:
    if field.kind not in (Kind.TEXTS, Kind.NUMBERS):
        raise ValueError(f"{field.phrase!r} is not a list: write the value alone")
    members = {item.strip() for item in rest.split(",") if item.strip()}
    if not members:
        raise ValueError(f"the cell of {field.phrase!r} names no member of the list")
    return members


def _fact(field: Field, text: str) -> Test:
    if text not in FACTS:
        raise ValueError(f"{text!r} is not a known fact{nearest(text, FACTS)}")
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
        wanted = _amount(field, text)
        return lambda value, _facts: math.isclose(_number(value), wanted)
    if field.kind is Kind.TEXT:
        return lambda value, _facts: value == text
    raise ValueError(f"{field.phrase!r} is a {field.kind.value}: write only … or with …")


def _amount(field: Field, text: str) -> float:
    """The number in the field's own wire unit; a time for a size, say, is refused."""
    if field.kind is not Kind.NUMBER:
        raise ValueError(f"{field.phrase!r} is a {field.kind.value}, not a number: {text!r}")
    value = quantity(text)
    expected = field.unit.measures if field.unit else "count"
    if value.measures != expected:
        wants = f"a {expected} with its unit" if field.unit else "a plain number"
        raise ValueError(f"{field.phrase!r} takes {wants}, not {text.strip()!r}")
    size = Decimal(str(field.unit.in_base_units)) if field.unit else Decimal(1)
    return float(value.amount / size)


def _nothing_after(form: str, rest: str) -> None:
    if rest:
        raise ValueError(f"nothing may follow {form!r}: {rest!r}")


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]  # the kind was checked before


def _shown(field: Field, value: object) -> str:
    words = {raw: word for word, raw in field.words.items()}
    named = words.get(value) if isinstance(value, str | int) else None
    return f"{value!r} ({named})" if named else repr(value)


_FORMS: dict[str, Callable[[Field, str], Test]] = {
    "present": _present,
    "as sent": _as_sent,
    "during the traffic": _during,
    "after the traffic": _after,
    "at least": _at_least,
    "at most": _at_most,
    "between": _between,
    "a multiple of": _multiple,
    "one of": _one_of,
    "only": _only,
    "with": _with,
}
