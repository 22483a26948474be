"""What happened to the objects, in order: resource versions, watch history, subscribers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulation.apiserver.objects import Object, clone

HISTORY = 20_000
FIRST_VERSION = 1000

Callback = Callable[[str, Object], None]


@dataclass(frozen=True)
class Event:
    """One committed change; `before` is the object as it was, None for an added one."""

    version: int
    type: str
    key: tuple[str, str]
    kind: str
    after: Object
    before: Object | None


class Journal:
    """Numbers every change, remembers the newest, and tells who asked.

    All subscribers get the same copy, which they do not change, like readers of one informer.
    """

    def __init__(self) -> None:
        self.version = FIRST_VERSION
        self._history: deque[Event] = deque(maxlen=HISTORY)
        self._subscribers: dict[str, list[Callback]] = {}
        self._watchers: dict[tuple[str, str], list[Callable[[Event], None]]] = {}

    @property
    def oldest(self) -> int:
        """The oldest version from which a watch can still be continued."""
        full = len(self._history) == HISTORY
        return self._history[0].version if full else FIRST_VERSION

    def next_version(self) -> str:
        self.version += 1
        return str(self.version)

    def record(self, event: Event) -> None:
        self._history.append(event)
        for watcher in list(self._watchers.get(event.key, ())):
            watcher(event)
        asked = [*self._subscribers.get(event.kind, ()), *self._subscribers.get("*", ())]
        told = clone(event.after) if asked else {}
        for callback in asked:
            callback(event.type, told)

    def since(self, version: int, key: tuple[str, str]) -> Iterator[Event]:
        return (e for e in list(self._history) if e.version > version and e.key == key)

    def subscribe(self, callback: Callback, kinds: tuple[str, ...]) -> None:
        for kind in kinds or ("*",):
            self._subscribers.setdefault(kind, []).append(callback)

    def attach(self, key: tuple[str, str], watcher: Callable[[Event], None]) -> None:
        self._watchers.setdefault(key, []).append(watcher)

    def detach(self, key: tuple[str, str], watcher: Callable[[Event], None]) -> None:
        self._watchers[key].remove(watcher)
