"""Reads flows from a Loki: every stream, every page, each flow once, in the order of time."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from kit.logql import Query
from kit.loki.calls import Answer, Calls, LokiError, Transport
from kit.loki.flow import Flow
from kit.wait import sleep

QUERY_RANGE = "/loki/api/v1/query_range"
PAGE = 5000
"""The most entries that a Loki gives at once unless its administrator changed it."""

SECOND = 10**9
_LOWER_LIMIT = re.compile(r"max_entries_limit\w* \(\d+ > (\d+)\)")


class _Entry(NamedTuple):
    at_ns: int
    line: str
    labels: tuple[tuple[str, str], ...]


class Loki:
    """Asks through a transport; `queries` counts every call made."""

    def __init__(
        self,
        transport: Transport,
        name: str = "Loki",
        sleep: Callable[[float], None] = sleep,
        speed: float = 1.0,
    ) -> None:
        self.name, self._page = name, PAGE
        self._calls = Calls(transport, name, sleep, speed=speed)
        self._looks: list[Callable[[list[Flow]], None]] = []

    @property
    def queries(self) -> int:
        return self._calls.made

    def check(self) -> None:
        """Ask for anything at all; LokiError when it cannot be asked."""
        self._calls.data("/loki/api/v1/labels", {})

    def page(self, path: str) -> Answer:
        """Any page, whatever its status; LokiError when it cannot be reached at all."""
        return self._calls.page(path)

    def flows(self, query: Query | str, start: float, end: float) -> list[Flow]:
        """All flows that end between two epoch seconds, both included; LokiError, or all."""
        text = str(query)
        low, high = math.floor(start * SECOND), math.floor(end * SECOND) + 1
        seen: dict[_Entry, None] = {}
        while low < high:
            page = self._read_page(text, low, high)
            seen |= dict.fromkeys(page)
            if len(page) < self._page:
                break
            low = self._after(page, low)
        flows = [self._flow(entry) for entry in sorted(seen)]
        for look in self._looks:
            look(flows)
        return flows

    def seen_by(self, look: Callable[[list[Flow]], None]) -> None:
        """Show all flows that are read from now on to somebody else as well."""
        self._looks.append(look)

    def _after(self, page: list[_Entry], low: int) -> int:
        """The last time again, since a page may end amid flows of one nanosecond."""
        last = max(entry.at_ns for entry in page)
        if last > low or min(entry.at_ns for entry in page) < last:
            return last
        raise LokiError(
            f"{self.name} holds more than {self._page} flows of one nanosecond and cannot list them"
            " all: narrow the query or raise max_entries_limit_per_query."
        )

    def _read_page(self, text: str, low: int, high: int) -> list[_Entry]:
        params = {
            "query": text,
            "start": str(low),
            "end": str(high),
            "direction": "forward",
            "limit": str(self._page),
        }
        try:
            data = self._calls.data(QUERY_RANGE, params)
        except LokiError as error:
            if not (found := _LOWER_LIMIT.search(str(error))) or int(found[1]) >= self._page:
                raise
            self._page = int(found[1])
            return self._read_page(text, low, high)
        return self._entries(data)

    def _entries(self, data: Any) -> list[_Entry]:
        try:
            if data["resultType"] != "streams":
                raise LokiError(f"{self.name} gave a {data['resultType']}: ask for log lines.")
            return [
                _Entry(int(at), line, tuple(sorted(stream["stream"].items())))
                for stream in data["result"]
                for at, line, *_ in stream["values"]
            ]
        except (KeyError, TypeError, ValueError, AttributeError):
            text = f"{self.name} answered in a shape that is not Loki's: check its version and URL."
            raise LokiError(text) from None

    def _flow(self, entry: _Entry) -> Flow:
        try:
            return Flow(dict(entry.labels), entry.line, entry.at_ns)
        except ValueError:
            text = f"{self.name} holds a line that is no flow record: {entry.line[:80]!r}"
            raise LokiError(f"{text}; narrow the query.") from None
