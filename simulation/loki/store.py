"""What a Loki holds: streams by label set, entries by nanosecond, and what it refuses to take.

Source of the refusals: loki v3 pkg/distributor/validator.go and pkg/ingester/stream.go.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from simulation.loki.limits import Limits
from simulation.loki.text import labels_text, time_text

SECOND = 10**9
_NAME = re.compile(r"[a-zA-Z_]\w*", re.ASCII)
SERVICE_NAME = "service_name"
_SERVICE_SOURCES = (
    *("service", "app", "application", "app_name", "name", "app_kubernetes_io_name"),
    *("container", "container_name", "k8s_container_name", "component"),
    *("workload", "job", "k8s_job_name"),
)


class Rejected(Exception):
    """An entry that Loki answers with 400; nothing of it was stored."""


class TooFarBehind(Rejected):
    """An entry too old for its stream, which `stream` prints."""

    def __init__(self, stream: str, at_ns: int, oldest_ns: int) -> None:
        super().__init__(
            f"entry too far behind, entry timestamp is: {time_text(at_ns)},"
            f" oldest acceptable timestamp is: {time_text(oldest_ns)}"
        )
        self.stream = stream


class Entry(NamedTuple):
    at_ns: int
    line: str


class Stream:
    """The entries of one label set, oldest first."""

    def __init__(self, labels: dict[str, str]) -> None:
        self.labels, self.text = labels, labels_text(labels)
        self.entries: list[Entry] = []
        self._times: list[int] = []

    def newest(self) -> int | None:
        return self._times[-1] if self._times else None

    def add(self, entry: Entry) -> bool:
        """In time order; an entry with the same time and line as another is dropped."""
        first = bisect_left(self._times, entry.at_ns)
        after = bisect_right(self._times, entry.at_ns)
        if any(held.line == entry.line for held in self.entries[first:after]):
            return False
        self._times.insert(after, entry.at_ns)
        self.entries.insert(after, entry)
        return True

    def between(self, start_ns: int, end_ns: int) -> list[Entry]:
        """Start is included, end is not."""
        first, last = bisect_left(self._times, start_ns), bisect_left(self._times, end_ns)
        return self.entries[first:last]


class LokiStore:
    """The streams of one tenant."""

    def __init__(self, now: Callable[[], float], limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._now = now
        self._streams: dict[tuple[tuple[str, str], ...], Stream] = {}
        self._index: dict[str, dict[str, list[Stream]]] = {}

    def push(self, labels: Mapping[str, str], at_ns: int, line: str) -> None:
        """Store one entry; empty labels count as absent, as in Prometheus."""
        stream = self._stream({name: value for name, value in labels.items() if value})
        self._check_entry(stream, at_ns, line)
        stream.add(Entry(at_ns, line))

    def streams(self, name: str = "", value: str = "") -> Sequence[Stream]:
        """All streams, or those with this label value."""
        if not name:
            return list(self._streams.values())
        return self._index.get(name, {}).get(value, [])

    def __len__(self) -> int:
        return sum(len(stream.entries) for stream in self._streams.values())

    def __iter__(self) -> Iterator[Stream]:
        return iter(self._streams.values())

    def _stream(self, labels: dict[str, str]) -> Stream:
        sources = (labels[name] for name in _SERVICE_SOURCES if name in labels)
        labels.setdefault(SERVICE_NAME, next(sources, "unknown_service"))
        key = tuple(sorted(labels.items()))
        if key not in self._streams:
            self._streams[key] = self._new_stream(labels)
        return self._streams[key]

    def _new_stream(self, labels: dict[str, str]) -> Stream:
        stream = Stream(labels)
        self._check_labels(stream)
        for name, value in labels.items():
            self._index.setdefault(name, {}).setdefault(value, []).append(stream)
        return stream

    def _check_labels(self, stream: Stream) -> None:
        limits, count = self.limits, len(stream.labels) - 1  # service_name is not counted
        of = f"stream '{stream.text}'"
        if count > limits.max_label_names:
            raise Rejected(
                f"entry for {of} has {count} label names; limit {limits.max_label_names}"
            )
        for name, value in stream.labels.items():
            if not _NAME.fullmatch(name):
                raise Rejected(f"couldn't parse labels: {name!r} is no label name")
            if len(name) > limits.max_label_name_length:
                raise Rejected(f"{of} has label name too long: '{name}'")
            if len(value.encode()) > limits.max_label_value_length:
                raise Rejected(f"{of} has label value too long: '{value}'")

    def _check_entry(self, stream: Stream, at_ns: int, line: str) -> None:
        limits, now = self.limits, int(self._now() * SECOND)
        of = f"for stream '{stream.text}'"
        oldest = now - int(limits.reject_old_samples_max_age * SECOND)
        if at_ns < oldest:
            text = f"entry {of} has timestamp too old: {time_text(at_ns)}, "
            raise Rejected(text + f"oldest acceptable timestamp is: {time_text(oldest)}")
        if at_ns > now + int(limits.creation_grace_period * SECOND):
            raise Rejected(f"entry {of} has timestamp too new: {time_text(at_ns)}")
        if (size := len(line.encode())) > limits.max_line_size:
            text = f"max entry size '{limits.max_line_size}' bytes exceeded {of} "
            raise Rejected(text + f"while adding an entry with length '{size}' bytes")
        self._check_order(stream, at_ns)

    def _check_order(self, stream: Stream, at_ns: int) -> None:
        newest = stream.newest()
        behind = int(self.limits.max_chunk_age / 2 * SECOND)
        if newest is not None and at_ns < newest - behind:
            raise TooFarBehind(stream.text, at_ns, newest - behind)
