"""The data of each read endpoint, as plain JSON values in the shape of Loki 3."""

from __future__ import annotations

from typing import Any

from simulation.loki.metrics import Steps, Vector, evaluate, limited
from simulation.loki.parameters import MAX_POINTS, Parameters
from simulation.loki.parser import parse
from simulation.loki.quantities import SECOND
from simulation.loki.refusals import Refused
from simulation.loki.samples import Labels
from simulation.loki.selecting import Grouped, Window, rows, streams_of
from simulation.loki.store import LokiStore, Stream
from simulation.loki.syntax import Metric, Number, Selection
from simulation.loki.text import labels_text, number_text

METADATA_SINCE_NS = 6 * 3600 * SECOND
_NO_INSTANT = (
    "log queries are not supported as an instant query type,"
    " please change your query to a range query type"
)


def query_range(store: LokiStore, asked: Parameters) -> dict[str, Any]:
    limit, (start, end) = asked.limit(), asked.bounds()
    backward = asked.backward()
    if end < start:
        raise Refused("end timestamp must not be before or equal to start time")
    step = asked.step_ns(start, end)
    _check_step(start, end, step)
    query = parse(asked.get("query"))
    if isinstance(query, Selection):
        return _streams(store, query, (Window(start, end), limit, backward))
    steps = Steps(start, end, step)
    return _matrix(evaluate_limited(store, query, steps), steps)


def _check_step(start: int, end: int, step: int) -> None:
    if step <= 0:
        raise Refused(
            "zero or negative query resolution step widths are not accepted. Try a positive integer"
        )
    if (end - start) / step > MAX_POINTS:
        raise Refused(
            "exceeded maximum resolution of 11,000 points per time series."
            " Try increasing the value of the step parameter"
        )


def _streams(store: LokiStore, query: Selection, asked: tuple[Window, int, bool]) -> dict[str, Any]:
    window, limit, backward = asked
    most = store.limits.max_entries_limit
    if limit > most:
        text = f"limit > max_entries_limit_per_query ({limit} > {most})"
        raise Refused(f"max entries limit per query exceeded, {text}")
    grouped, count = Grouped(), 0
    for row in rows(store, query, window, backward=backward):
        grouped.add(row)
        count += 1
        if count == limit:
            break
    return _data("streams", grouped.listed(), count)


def evaluate_limited(store: LokiStore, query: Metric, steps: Steps) -> list[Vector]:
    vectors = evaluate(store, query, steps)
    limited(vectors, store.limits.max_query_series)
    return vectors


def _matrix(vectors: list[Vector], steps: Steps) -> dict[str, Any]:
    series: dict[Labels, list[list[Any]]] = {}
    for instant, vector in zip(steps.instants(), vectors, strict=True):
        for labels, value in vector.items():
            series.setdefault(labels, []).append([_seconds(instant), number_text(value)])
    ordered = sorted(series.items(), key=lambda item: labels_text(dict(item[0])))
    listed = [{"metric": dict(labels), "values": values} for labels, values in ordered]
    return _data("matrix", listed, 0)


def query(store: LokiStore, asked: Parameters) -> dict[str, Any]:
    asked.limit()
    at, parsed = asked.at(), parse(asked.get("query"))
    if isinstance(parsed, Selection):
        raise Refused(_NO_INSTANT)
    vector = evaluate_limited(store, parsed, Steps(at, at, SECOND))[0]
    if isinstance(parsed, Number):
        # Milliseconds: Loki 3.8 forgets to divide the time of a scalar.
        return _data("scalar", [at // 10**6, number_text(parsed.value)], 0)
    listed = [
        {"metric": dict(labels), "value": [_seconds(at), number_text(value)]}
        for labels, value in vector.items()
    ]
    return _data("vector", listed, 0)


def _seconds(at_ns: int) -> int | float:
    milliseconds = at_ns // 10**6
    return milliseconds // 1000 if milliseconds % 1000 == 0 else milliseconds / 1000


def _data(kind: str, result: list[Any], entries: int) -> dict[str, Any]:
    stats = {"summary": {"totalEntriesReturned": entries}}
    return {"resultType": kind, "result": result, "stats": stats}


def label_names(store: LokiStore, asked: Parameters) -> list[str] | None:
    """None where there are none: Loki then leaves `data` out."""
    return sorted({name for stream in _met(store, asked) for name in stream.labels}) or None


def label_values(store: LokiStore, asked: Parameters, name: str) -> list[str] | None:
    found = {stream.labels.get(name) for stream in _met(store, asked)}
    return sorted(value for value in found if value is not None) or None


def series(store: LokiStore, asked: Parameters) -> list[dict[str, str]]:
    groups = asked.all("match[]") or asked.all("match") or [""]
    met = {stream.text: stream for group in groups for stream in _met(store, asked, group)}
    return [stream.labels for stream in met.values()]


def _met(store: LokiStore, asked: Parameters, selector: str | None = None) -> list[Stream]:
    """Streams with an entry in the window, narrowed by a selector where one is given."""
    start, end = asked.bounds(METADATA_SINCE_NS)
    text = asked.get("query") if selector is None else selector
    pool = list(store.streams())
    if text.strip() not in ("", "{}"):
        parsed = parse(text)
        if not isinstance(parsed, Selection) or parsed.stages:
            raise Refused("only label matchers are supported")
        pool = streams_of(store, parsed.matchers)
    return [stream for stream in pool if stream.between(start, end)]
