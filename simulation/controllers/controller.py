"""The shape of a controller: a queue of keys, and a function that makes one key right.

Source: client-go's work queue: a key waits once, is never worked on twice at a time, and is
worked on again when something happened meanwhile.
"""

from __future__ import annotations

from simulation.apiserver import ApiError
from simulation.controllers.hub import Hub, Json, Span

Key = tuple[str, str]

CONFLICT, NOT_FOUND = 409, 404


class Controller:
    """Reconciles every object of `kind`; objects of kinds that it `owns` lead back to theirs."""

    kind = ""
    owns: tuple[str, ...] = ()
    delay: Span = (0.02, 0.1)

    def __init__(self, hub: Hub) -> None:
        self.hub, self.store = hub, hub.store
        self._queued: set[Key] = set()
        self._running: set[Key] = set()
        hub.seen[self.short(self.kind)].on_change(self.on_own)
        for kind in self.owns:
            hub.seen[self.short(kind)].on_change(self.on_owned)

    @staticmethod
    def short(kind: str) -> str:
        return kind.rsplit("/", 1)[-1]

    def on_own(self, _event: str, obj: Json) -> None:
        self.enqueue(key_of(obj))

    def on_owned(self, _event: str, obj: Json) -> None:
        owner = controller_of(obj)
        if owner and owner["kind"] == self.short(self.kind):
            self.enqueue((obj["metadata"].get("namespace", ""), owner["name"]))

    def enqueue(self, key: Key) -> None:
        if key in self._queued:
            return
        self._queued.add(key)
        if key not in self._running:
            self._running.add(key)
            self.hub.begin()
            self.hub.spawn(self._work(key))

    def enqueue_after(self, key: Key, seconds: float) -> None:
        self.hub.later(seconds, self.enqueue, key)

    async def _work(self, key: Key) -> None:
        try:
            while key in self._queued:
                await self.hub.pause(self.delay)
                self._queued.discard(key)
                await self._attempt(key)
        finally:
            self._running.discard(key)
            self.hub.end()

    async def _attempt(self, key: Key) -> None:
        try:
            await self.reconcile(*key)
        except ApiError as error:
            # Someone else was faster; anything but these two is a defect of the simulation.
            if error.code not in (CONFLICT, NOT_FOUND):
                self.hub.trouble(error)
            self.enqueue_after(key, 0.5)
        except Exception as error:  # one broken object must not stop the others
            self.hub.trouble(error)

    async def reconcile(self, namespace: str, name: str) -> None:
        raise NotImplementedError


def key_of(obj: Json) -> Key:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def controller_of(obj: Json) -> Json | None:
    references: list[Json] = obj["metadata"].get("ownerReferences") or []
    return next((each for each in references if each.get("controller")), None)


def owner_reference(owner: Json) -> Json:
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def is_owned_by(obj: Json, owner: Json) -> bool:
    reference = controller_of(obj)
    return reference is not None and reference["uid"] == owner["metadata"]["uid"]
