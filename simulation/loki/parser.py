"""Reads a whole query: a log query, or a metric query over log queries.

Source: loki v3 pkg/logql/syntax/syntax.y and the checks in ast.go and parser.go.
"""

from __future__ import annotations

from functools import lru_cache, partial

from simulation.loki import checks
from simulation.loki.arithmetic import calculate
from simulation.loki.cursor import Cursor
from simulation.loki.filters_parser import label_filter, signed
from simulation.loki.pipeline_parser import selection, stages
from simulation.loki.refusals import not_simulated
from simulation.loki.syntax import (
    Binary,
    Filter,
    Grouping,
    Metric,
    Number,
    Query,
    RangeAggregation,
    Selection,
    Unwrap,
    VectorAggregation,
)
from simulation.loki.vocabulary import (
    CONVERSIONS,
    DURATION,
    END,
    NAME,
    NUMBER,
    RANGE,
    RANGE_FUNCTIONS,
    VECTOR_FUNCTIONS,
)

_RANKS = {"or": 1, "and": 2, "unless": 2, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "^": 6}
_RANKS |= dict.fromkeys(("==", "!=", ">", ">=", "<", "<="), 3)
_RANGE_OPS = {name.upper(): name for name in RANGE_FUNCTIONS}
_VECTOR_OPS = {name.upper(): name for name in VECTOR_FUNCTIONS}
_CONVERSIONS = {kind: name for name, kind in CONVERSIONS.items()}


@lru_cache(maxsize=256)
def parse(query: str) -> Query:
    """The query, checked; raises ParseError with the text of a real Loki."""
    cursor = Cursor(query)
    parsed = _expression(cursor, 0)
    if not cursor.at(END):
        raise cursor.unexpected()
    if cursor.problem:
        raise cursor.problem
    checks.check(parsed)
    return parsed


def _expression(cursor: Cursor, above: int) -> Query:
    left = _operand(cursor)
    while (rank := _RANKS.get(cursor.here.kind, 0)) > above:
        op = cursor.take().kind
        as_bool = cursor.accept("bool")
        if cursor.at("on", "ignoring"):
            raise not_simulated("vector matching with on or ignoring")
        right = _expression(cursor, rank - 1 if op == "^" else rank)
        nothing: Metric = Number(0)
        left = cursor.later(partial(_binary, op, left, right, as_bool), nothing)
    return left


def _binary(op: str, left: Query, right: Query, as_bool: bool) -> Metric:
    left_leg, right_leg = checks.legs(op, left, right)
    if isinstance(left_leg, Number) and isinstance(right_leg, Number):
        return Number(calculate(op, left_leg.value, right_leg.value))
    return Binary(op, left_leg, right_leg, as_bool)


def _operand(cursor: Cursor) -> Query:
    kind = cursor.here.kind
    if kind == "(":
        cursor.take()
        inner = _expression(cursor, 0)
        cursor.either(")")
        return inner
    if kind == "{":
        return selection(cursor)
    if kind in (NUMBER, "+", "-"):
        return Number(signed(cursor))
    if kind in _RANGE_OPS:
        return _range_aggregation(cursor)
    if kind in _VECTOR_OPS:
        return _vector_aggregation(cursor)
    if kind in ("VECTOR", "label_replace"):
        raise not_simulated(cursor.here.text)
    raise cursor.unexpected()


def _vector_aggregation(cursor: Cursor) -> VectorAggregation:
    op = _VECTOR_OPS[cursor.take().kind]
    grouping = _grouping(cursor)
    cursor.expect("(")
    parameter = None
    if cursor.at(NUMBER):
        parameter = cursor.take().text
        cursor.either(",")
    inner = checks.metric(cursor, _expression(cursor, 0))
    cursor.either(")")
    grouping = grouping or _grouping(cursor)
    most = cursor.later(partial(checks.vector_parameter, op, parameter), 0)
    return VectorAggregation(op, inner, grouping, most)


def _grouping(cursor: Cursor) -> Grouping | None:
    if not cursor.at("by", "without"):
        return None
    without = cursor.take().kind == "without"
    cursor.expect("(")
    labels: list[str] = []
    while not cursor.at(")"):
        labels.append(cursor.expect(NAME, *(() if labels else (")",))).text)
        if not cursor.accept(",") and not cursor.at(")"):
            raise cursor.unexpected(",", ")")
    cursor.expect(")")
    return Grouping(tuple(labels), without)


def _range_aggregation(cursor: Cursor) -> RangeAggregation:
    op = _RANGE_OPS[cursor.take().kind]
    cursor.expect("(")
    parameter = None
    if cursor.at(NUMBER):
        parameter = cursor.take().text
        cursor.expect(",")
    elif not cursor.at("{", "("):
        raise cursor.unexpected(NUMBER, "{", "(")
    selected, unwrap, range_ns, offset_ns = _log_range(cursor)
    cursor.expect(")")
    value = cursor.later(partial(checks.range_parameter, op, parameter), None)
    grouping = _grouping(cursor)
    aggregation = RangeAggregation(op, selected, range_ns, offset_ns, unwrap, grouping, value)
    return cursor.later(partial(checks.range_aggregation, aggregation), aggregation)


def _log_range(cursor: Cursor) -> tuple[Selection, Unwrap | None, int, int]:
    """Range and offset may stand before the stages, or after them."""
    inside = cursor.accept("(")
    chosen = selection(cursor)
    unwrap = _unwrap(cursor)
    if inside and cursor.accept(")"):
        inside = False
    if not cursor.at(RANGE):
        raise cursor.unexpected(*((RANGE, "|") if unwrap else ()))
    range_ns, offset_ns = cursor.take().value, _offset(cursor)
    if unwrap is None:
        chosen = Selection(chosen.matchers, chosen.stages + stages(cursor))
        unwrap = _unwrap(cursor)
        offset_ns = offset_ns or _offset(cursor)
    if inside:
        cursor.expect(")")
    return chosen, unwrap, range_ns, offset_ns


def _offset(cursor: Cursor) -> int:
    return cursor.expect(DURATION).value if cursor.accept("offset") else 0


def _unwrap(cursor: Cursor) -> Unwrap | None:
    if cursor.before != "|" or not cursor.accept("unwrap"):
        return None
    conversion = ""
    if cursor.here.kind in _CONVERSIONS:
        conversion = _CONVERSIONS[cursor.take().kind]
        cursor.expect("(")
    label = cursor.expect(NAME, *(() if conversion else _CONVERSIONS)).text
    if conversion:
        cursor.expect(")")
    filters: list[Filter] = []
    while cursor.accept("|"):
        filters.append(label_filter(cursor))
    return Unwrap(label, conversion, tuple(filters))
