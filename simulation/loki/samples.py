"""The numbers that a range aggregation is made of: one a row, by label set."""

from __future__ import annotations

from collections.abc import Callable

from simulation.loki import quantities
from simulation.loki.refusals import Refused
from simulation.loki.rows import Row
from simulation.loki.selecting import Window, rows
from simulation.loki.stages import compile_stage
from simulation.loki.store import LokiStore
from simulation.loki.syntax import RangeAggregation, Unwrap
from simulation.loki.text import labels_text

Labels = tuple[tuple[str, str], ...]
Series = dict[Labels, list[tuple[int, float]]]
_EXTRACTION_ERROR = "SampleExtractionErr"


def _seconds(text: str) -> float:
    return quantities.go_duration(text) / quantities.SECOND


_CONVERT: dict[str, Callable[[str], float]] = {
    "": quantities.number,
    "bytes": quantities.size,
    "duration": _seconds,
    "duration_seconds": _seconds,
}


def samples_of(store: LokiStore, query: RangeAggregation, window: Window) -> Series:
    series: Series = {}
    for row in rows(store, query.selection, window):
        value = _value(row, query)
        if value is None:
            continue
        labels = _labels(row, query)
        series.setdefault(labels, []).append((row.at_ns, value))
    return series


def _labels(row: Row, query: RangeAggregation) -> Labels:
    labels = row.labels()
    if row.error:
        raise _pipeline_error(labels, row.error)
    if query.grouping is not None:
        wanted, without = query.grouping.labels, query.grouping.without
        labels = {name: text for name, text in labels.items() if (name in wanted) != without}
    if query.unwrap is not None:
        labels.pop(query.unwrap.label, None)
    return tuple(sorted(labels.items()))


def _value(row: Row, query: RangeAggregation) -> float | None:
    if query.unwrap is not None:
        return _unwrapped(row, query.unwrap)
    if query.op.startswith("bytes"):
        return float(len(row.line.encode()))
    return 1.0


def _unwrapped(row: Row, unwrap: Unwrap) -> float | None:
    """A row without the label is passed over; one that cannot be read is an error."""
    text = row.get(unwrap.label)
    if not text:
        return None
    value = 0.0
    try:
        value = _CONVERT[unwrap.conversion](text)
    except ValueError as error:
        row.fail(_EXTRACTION_ERROR, str(error))
    if all(compile_stage(step)(row) for step in unwrap.filters):
        return value
    return None


def _pipeline_error(labels: dict[str, str], error: str) -> Refused:
    return Refused(
        f"pipeline error: '{error}' for series: '{labels_text(labels)}'.\n"
        f'Use a label filter to intentionally skip this error. (e.g | __error__!="{error}").\n'
        'To skip all potential errors you can match empty errors.(e.g __error__="")\n'
        "The label filter can also be specified after unwrap."
        ' (e.g | unwrap latency | __error__="" )\n'
    )
