"""Cells about numbers: bounds and steps, in the unit of the field."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal

from catalog.kinds import Field, Kind
from kit.quantity import quantity

Facts = Mapping[str, object]
Test = Callable[[object, Facts], bool]


def at_least(field: Field, rest: str) -> Test:
    least = amount(field, rest)
    return lambda value, _facts: number(value) >= least


def at_most(field: Field, rest: str) -> Test:
    most = amount(field, rest)
    return lambda value, _facts: number(value) <= most


def between(field: Field, rest: str) -> Test:
    low_text, and_, high_text = rest.partition(" and ")
    if not and_:
        raise ValueError(f"'between {rest}' needs two bounds: between 1 and 10")
    low, high = amount(field, low_text), amount(field, high_text)
    if low > high:
        raise ValueError(f"'between {rest}' is never true: the first bound is the greater one")
    return lambda value, _facts: low <= number(value) <= high


def multiple(field: Field, rest: str) -> Test:
    step = amount(field, rest)
    if step <= 0:
        raise ValueError(f"'a multiple of {rest}' means nothing: it must be above zero")
    return lambda value, _facts: math.isclose(math.remainder(number(value), step), 0, abs_tol=1e-6)


def amount(field: Field, text: str) -> float:
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


def number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]  # the kind was checked before
