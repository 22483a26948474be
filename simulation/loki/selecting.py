"""Which streams and rows a log query is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulation.loki.rows import Row
from simulation.loki.stages import compile_stages, matches
from simulation.loki.store import Entry, LokiStore, Stream
from simulation.loki.syntax import Matcher, Selection
from simulation.loki.text import labels_text


@dataclass(frozen=True)
class Window:
    """Nanoseconds; the start is inside, the end is not."""

    start_ns: int
    end_ns: int


def streams_of(store: LokiStore, matchers: tuple[Matcher, ...]) -> list[Stream]:
    """By the label index where a matcher asks for one value; the rest are checked one by one."""
    exact = [(m.name, m.value) for m in matchers if m.op == "=" and m.value]
    pools = [store.streams(name, value) for name, value in exact]
    pool = min(pools, key=len) if pools else store.streams()
    return [
        stream
        for stream in pool
        if all(matches(matcher, stream.labels.get(matcher.name, "")) for matcher in matchers)
    ]


def rows(
    store: LokiStore, selection: Selection, window: Window, *, backward: bool = False
) -> Iterator[Row]:
    """The rows that pass every stage, in time order or against it."""
    found: list[tuple[Entry, Stream]] = []
    for stream in sorted(streams_of(store, selection.matchers), key=lambda each: each.text):
        entries = stream.between(window.start_ns, window.end_ns)
        found += [(entry, stream) for entry in (reversed(entries) if backward else entries)]
    found.sort(key=lambda pair: pair[0].at_ns, reverse=backward)
    steps = compile_stages(selection.stages)
    for entry, stream in found:
        row = Row(stream, entry)
        if all(step(row) for step in steps):
            yield row


class Grouped:
    """Rows by their final label set, as the answer to a log query lists them."""

    def __init__(self) -> None:
        self._streams: dict[tuple[tuple[str, str], ...], list[list[str]]] = {}

    def add(self, row: Row) -> None:
        key = tuple(sorted(row.labels().items()))
        self._streams.setdefault(key, []).append([str(row.at_ns), row.line])

    def listed(self) -> list[dict[str, object]]:
        ordered = sorted(self._streams.items(), key=lambda item: labels_text(dict(item[0])))
        return [{"stream": dict(key), "values": values} for key, values in ordered]
