"""Metric queries: numbers over time, made of the rows of log queries.

Source: loki v3 pkg/logql/range_vector.go, engine.go and evaluator.go.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from simulation.loki.arithmetic import COMPARISONS, calculate
from simulation.loki.quantities import SECOND
from simulation.loki.refusals import Refused, not_simulated
from simulation.loki.samples import Labels, samples_of
from simulation.loki.selecting import Window
from simulation.loki.store import LokiStore
from simulation.loki.syntax import (
    Binary,
    Grouping,
    Metric,
    Number,
    RangeAggregation,
    VectorAggregation,
)

Vector = dict[Labels, float]
_SUMMABLE = ("bytes_over_time", "bytes_rate", "sum_over_time", "rate", "count_over_time")


@dataclass(frozen=True)
class Steps:
    """The instants at which a query is evaluated."""

    start_ns: int
    end_ns: int
    step_ns: int

    def instants(self) -> range:
        return range(self.start_ns, self.end_ns + 1, max(self.step_ns, 1))


def evaluate(store: LokiStore, query: Metric, steps: Steps) -> list[Vector]:
    """One vector an instant."""
    if isinstance(query, Number):
        return [{(): query.value} for _ in steps.instants()]
    if isinstance(query, RangeAggregation):
        return _range_vectors(store, query, steps)
    if isinstance(query, VectorAggregation):
        query = _pushed_down(query)
        return [_aggregated(query, vector) for vector in evaluate(store, query.inner, steps)]
    return _binary(store, query, steps)


def _pushed_down(query: VectorAggregation) -> VectorAggregation:
    """A sum's grouping is applied to the samples, as in Loki: the same up to rounding."""
    inner, grouping = query.inner, query.grouping or Grouping(())
    if query.op == "sum" and isinstance(inner, RangeAggregation) and inner.op in _SUMMABLE:
        return replace(query, inner=replace(inner, grouping=inner.grouping or grouping))
    return query


def _range_vectors(store: LokiStore, query: RangeAggregation, steps: Steps) -> list[Vector]:
    """A window is open at its start and closed at its end: (T - range, T]."""
    first = steps.start_ns - query.offset_ns - query.range_ns
    window = Window(first + 1, steps.end_ns - query.offset_ns + 1)
    series = samples_of(store, query, window)
    times = {labels: [at for at, _ in points] for labels, points in series.items()}
    vectors: list[Vector] = []
    for instant in steps.instants():
        end = instant - query.offset_ns
        vector: Vector = {}
        for labels, points in series.items():
            low = bisect_right(times[labels], end - query.range_ns)
            high = bisect_right(times[labels], end)
            if low < high:
                vector[labels] = _reduced(query, [value for _, value in points[low:high]])
        vectors.append(vector)
    return vectors


_REDUCE: dict[str, Callable[[Sequence[float]], float]] = {
    "count": sum,
    "bytes": sum,
    "sum": sum,
    "avg": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
}


def _reduced(query: RangeAggregation, values: Sequence[float]) -> float:
    kind = query.op.removesuffix("_over_time")
    if kind in ("rate", "bytes_rate"):
        return float(sum(values)) / (query.range_ns / SECOND)
    if kind not in _REDUCE:
        raise not_simulated(query.op)
    return float(_REDUCE[kind](values))


def group_labels(labels: Labels, grouping: Grouping | None) -> Labels:
    if grouping is None:
        return ()
    return tuple(pair for pair in labels if (pair[0] in grouping.labels) != grouping.without)


def _aggregated(query: VectorAggregation, vector: Vector) -> Vector:
    groups: dict[Labels, list[tuple[Labels, float]]] = {}
    for labels, value in vector.items():
        groups.setdefault(group_labels(labels, query.grouping), []).append((labels, value))
    if query.op in ("topk", "bottomk"):
        return _ranked(query, groups.values())
    if query.op == "count":
        return {labels: float(len(members)) for labels, members in groups.items()}
    if query.op not in ("sum", "avg", "min", "max"):
        raise not_simulated(query.op)
    reduce = _REDUCE[query.op]
    return {labels: float(reduce([v for _, v in members])) for labels, members in groups.items()}


def _ranked(query: VectorAggregation, groups: object) -> Vector:
    """The k greatest or least of each group, best first."""
    best: Vector = {}
    for members in groups:  # type: ignore[attr-defined]  # values() of the dict above
        top = query.op == "topk"
        ordered = sorted(members, key=lambda member: member[1], reverse=top)
        best |= dict(ordered[: query.parameter])
    return best


def _binary(store: LokiStore, query: Binary, steps: Steps) -> list[Vector]:
    lefts, rights = evaluate(store, query.left, steps), evaluate(store, query.right, steps)
    left_is_number, right_is_number = (
        isinstance(query.left, Number),
        isinstance(query.right, Number),
    )
    joined: list[Vector] = []
    for left, right in zip(lefts, rights, strict=True):
        if left_is_number:
            joined.append(_each(query, [(key, left[()], value) for key, value in right.items()]))
        elif right_is_number:
            joined.append(_each(query, [(key, value, right[()]) for key, value in left.items()]))
        else:
            pairs = [(key, left[key], right[key]) for key in left if key in right]
            joined.append(_each(query, pairs))
    return joined


def _each(query: Binary, pairs: list[tuple[Labels, float, float]]) -> Vector:
    """A comparison filters and keeps the vector's value, unless `bool` asks for 0 and 1."""
    vector: Vector = {}
    for labels, left, right in pairs:
        if query.op not in COMPARISONS or query.as_bool:
            vector[labels] = calculate(query.op, left, right)
        elif COMPARISONS[query.op](left, right):
            vector[labels] = right if isinstance(query.left, Number) else left
    return vector


def limited(vectors: list[Vector], most: int) -> None:
    """Refuse answers with too many series."""
    if len({labels for vector in vectors for labels in vector}) > most:
        text = (
            f"maximum number of series ({most}) reached for a single query; consider reducing query"
            " cardinality by adding more specific stream selectors, reducing the time range, or"
            " aggregating results with functions like sum(), count() or topk()"
        )
        raise Refused(text)
