"""One entry on its way through a query's stages: its line, and the labels added or taken away."""

from __future__ import annotations

from simulation.loki.levels import LABEL, level_of
from simulation.loki.store import Entry, Stream

ERROR, DETAILS = "__error__", "__error_details__"


class Row:
    """Labels are the stream's, then the entry's level, then what stages put on top."""

    __slots__ = ("_as_pushed", "_base", "_over", "at_ns", "details", "error", "line")

    def __init__(self, stream: Stream, entry: Entry) -> None:
        self._base, self._as_pushed = stream.labels, entry.line
        self._over: dict[str, str | None] = {}
        self.at_ns, self.line = entry.at_ns, entry.line
        self.error, self.details = "", ""

    def find(self, name: str) -> str | None:
        if name == ERROR:
            return self.error
        if name == DETAILS:
            return self.details
        if name in self._over:
            return self._over[name]
        if name in self._base:
            return self._base[name]
        return self._level() if name == LABEL else None

    def _level(self) -> str:
        """Found when somebody asks: few entries are ever read."""
        return level_of(self._base, self._as_pushed)

    def get(self, name: str) -> str:
        return self.find(name) or ""

    def came_with(self, name: str) -> bool:
        """True for labels that the stream or the entry had before any stage."""
        return name in self._base or name == LABEL

    def put(self, name: str, value: str) -> None:
        self._over[name] = value

    def drop(self, name: str) -> None:
        if name == ERROR:
            self.error = ""
        elif name == DETAILS:
            self.details = ""
        else:
            self._over[name] = None

    def fail(self, error: str, details: str = "") -> None:
        """The first error stays, since later ones follow from it."""
        if not self.error:
            self.error, self.details = error, details

    def names(self) -> set[str]:
        return set(self.labels())

    def labels(self) -> dict[str, str]:
        merged: dict[str, str | None] = {**self._base, LABEL: self._level(), **self._over}
        merged |= {ERROR: self.error or None, DETAILS: self.details or None}
        return {name: value for name, value in merged.items() if value is not None}
