"""Admission callbacks: the webhooks that may refuse a write, or warn about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulation.apiserver.objects import Object, clone

Callback = Callable[[Object, Object | None, str], Sequence[str] | None]


class Admission:
    """Callbacks by kind; warnings wait here until the HTTP answer takes them along."""

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callback]] = {}
        self._warnings: list[str] = []

    def register(self, kind: str, callback: Callback) -> None:
        self._callbacks.setdefault(kind, []).append(callback)

    def warn(self, text: str) -> None:
        self._warnings.append(text)

    def ask(self, kind: str, obj: Object, old: Object | None, operation: str) -> None:
        for callback in self._callbacks.get(kind, ()):
            self._warnings.extend(callback(clone(obj), clone(old), operation) or ())

    def take_warnings(self) -> list[str]:
        taken, self._warnings = self._warnings, []
        return taken
