"""What a query that reads well can still be refused for.

Source: loki v3 pkg/logql/syntax/parser.go (matchers) and ast.go (aggregations).
"""

from __future__ import annotations

from simulation.loki.cursor import Cursor
from simulation.loki.quantities import number
from simulation.loki.refusals import ParseError, not_simulated
from simulation.loki.regexes import compiled
from simulation.loki.syntax import (
    Binary,
    Matcher,
    Metric,
    Number,
    Query,
    RangeAggregation,
    Selection,
    VectorAggregation,
)

_NO_MATCHER = (
    "queries require at least one regexp or equality matcher that does not have an empty-compatible"
    ' value. For instance, app=~".*" does not meet this requirement, but app=~".+" will'
)
_GROUPED = {"avg", "stddev", "stdvar", "quantile", "max", "min", "first", "last"}
_UNWRAPPED = _GROUPED | {"sum", "rate", "rate_counter", "absent"}
_PLAIN = {"count", "rate", "bytes", "bytes_rate", "absent"}


def check(query: Query) -> None:
    """At least one matcher must exclude streams that lack its label."""
    if isinstance(query, Selection):
        if not any(_narrows(matcher) for matcher in query.matchers):
            raise ParseError(_NO_MATCHER)
    elif isinstance(query, RangeAggregation):
        check(query.selection)
    elif isinstance(query, VectorAggregation):
        check(query.inner)
    elif isinstance(query, Binary):
        check(query.left)
        check(query.right)


def _narrows(matcher: Matcher) -> bool:
    if matcher.op == "=":
        return matcher.value != ""
    return matcher.op == "=~" and not compiled(matcher.value).fullmatch("")


def metric(cursor: Cursor, query: Query) -> Metric:
    """The inside of an aggregation is a metric query."""
    if isinstance(query, Selection):
        raise cursor.unexpected()
    return query


def legs(op: str, left: Query, right: Query) -> tuple[Metric, Metric]:
    if isinstance(left, Selection):
        raise ParseError(_wrong_leg("left", op, left))
    if isinstance(right, Selection):
        raise ParseError(_wrong_leg("right", op, right))
    if op in ("and", "or", "unless"):
        for side, leg in (("left", left), ("right", right)):
            if isinstance(leg, Number):
                text = f"unexpected literal for {side} leg of logical/set binary operation"
                raise ParseError(f"{text} ({op}): {leg.value:f}")
        raise not_simulated("set operations on vectors")
    return left, right


def _wrong_leg(side: str, op: str, leg: Selection) -> str:
    kind = "*syntax.PipelineExpr" if leg.stages else "*syntax.MatchersExpr"
    return f"unexpected type for {side} leg of binary operation ({op}): {kind}"


def vector_parameter(op: str, text: str | None) -> int:
    if op not in ("topk", "bottomk", "approx_topk"):
        if text is not None:
            raise ParseError(f"unsupported parameter for operation {op}({text},")
        return 0
    if text is None:
        raise ParseError(f"parameter required for operation {op}")
    if not text.isdigit():
        raise ParseError(f"invalid parameter {op}({text},")
    if int(text) <= 0:
        raise ParseError(f"invalid parameter (must be greater than 0) {op}({text}")
    return int(text)


def range_parameter(op: str, text: str | None) -> float | None:
    if op == "quantile_over_time":
        if text is None:
            raise ParseError(f"parameter required for operation {op}")
        return number(text)
    if text is not None:
        raise ParseError(f"parameter {text} not supported for operation {op}")
    return None


def range_aggregation(asked: RangeAggregation) -> RangeAggregation:
    kind = asked.op.removesuffix("_over_time")
    if asked.grouping is not None and kind not in _GROUPED:
        raise ParseError(f"grouping not allowed for {asked.op} aggregation")
    if asked.unwrap is not None and kind not in _UNWRAPPED:
        raise ParseError(f"invalid aggregation {asked.op} with unwrap")
    if asked.unwrap is None and kind not in _PLAIN:
        raise ParseError(f"invalid aggregation {asked.op} without unwrap")
    return asked
