"""How objects go: finalizers, grace, cascades by owner, and namespaces with all they hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulation.apiserver.errors import ApiError
from simulation.apiserver.objects import Object, clone, dig, name_of, namespace_of, stamp
from simulation.apiserver.resources import Resource

if TYPE_CHECKING:
    from simulation.apiserver.store import Store

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
KEPT_NAMESPACES = ("default", "kube-system", "kube-public")


def _soon(action: Callable[[], None]) -> None:
    """Run after the present request on a running loop, and at once without one."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = None
    if loop:
        loop.call_soon(action)
    else:
        action()


class Deletion:
    """The API server's own part of deleting, with the garbage and namespace controllers'."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def delete(
        self, resource: Resource, obj: Object, propagation: str, grace: int | None = None
    ) -> Object:
        """Delete or mark for deletion; returns the object as it then is."""
        if resource.kind == "Namespace":
            return self._delete_namespace(resource, obj)
        seconds = self._grace(resource, obj, grace)
        finalizers = list(obj["metadata"].get("finalizers") or [])
        if propagation in ("Foreground", "Orphan"):
            name = FOREGROUND if propagation == "Foreground" else ORPHAN
            finalizers += [] if name in finalizers else [name]
        if not finalizers and seconds == 0:
            return self._purge(resource, obj)
        marked = self._mark(resource, obj, finalizers, seconds)
        if propagation in ("Foreground", "Orphan"):
            _soon(lambda: self._cascade(resource, name_of(obj), namespace_of(obj)))
        return marked

    def _grace(self, resource: Resource, obj: Object, asked: int | None) -> int:
        """Only a pod that runs on a node is given time; 0 takes it away for good."""
        if resource.kind != "Pod" or not self._store.graceful_pods:
            return 0
        phase, node = dig(obj, "status", "phase"), dig(obj, "spec", "nodeName")
        if not node or phase in ("Succeeded", "Failed"):
            return 0
        default = dig(obj, "spec", "terminationGracePeriodSeconds")
        return int(asked if asked is not None else 30 if default is None else default)

    def _mark(self, resource: Resource, obj: Object, finalizers: list[str], seconds: int) -> Object:
        if obj["metadata"].get("deletionTimestamp"):
            return obj
        marked: Object = clone(obj)
        metadata = marked["metadata"]
        if finalizers:
            metadata["finalizers"] = finalizers
        metadata["deletionTimestamp"] = stamp(self._store.now() + seconds)
        metadata["deletionGracePeriodSeconds"] = seconds
        if "generation" in metadata:
            metadata["generation"] += 1
        return self._store.shelf.put(resource, marked, obj)

    def _cascade(self, resource: Resource, name: str, namespace: str | None) -> None:
        """Foreground and orphan deletion: settle the dependents, then let the owner go."""
        obj = self._store.shelf.find(resource, namespace, name)
        if obj is None:
            return
        finalizers = obj["metadata"].get("finalizers") or []
        if FOREGROUND in finalizers:
            self._release(obj, delete=True)
        elif ORPHAN in finalizers:
            self._release(obj, delete=False)
        kept = [f for f in finalizers if f not in (FOREGROUND, ORPHAN)]
        released: Object = clone(obj)
        released["metadata"]["finalizers"] = kept
        if not kept:
            del released["metadata"]["finalizers"]
        self.finish(resource, self._store.shelf.put(resource, released, obj))

    def _release(self, owner: Object, delete: bool) -> None:
        uid = owner["metadata"]["uid"]
        for key, dependent in self._store.shelf.dependents(uid):
            resource = self._resource(key)
            references = dependent["metadata"]["ownerReferences"]
            left = [r for r in references if r["uid"] != uid]
            if delete and not left:
                self.delete(resource, dependent, "Background")
            else:
                changed: Object = clone(dependent)
                changed["metadata"]["ownerReferences"] = left
                if not left:
                    del changed["metadata"]["ownerReferences"]
                self._store.shelf.put(resource, changed, dependent)

    def finish(self, resource: Resource, obj: Object) -> None:
        """Let an object go whose last finalizer was just taken off."""
        metadata = obj["metadata"]
        if not metadata.get("deletionTimestamp") or metadata.get("finalizers"):
            return
        if resource.kind == "Namespace":
            self._empty_namespace(name_of(obj))
        elif not metadata.get("deletionGracePeriodSeconds"):
            self._purge(resource, obj)

    def _purge(self, resource: Resource, obj: Object) -> Object:
        if resource.kind == "CustomResourceDefinition":
            self._drop_kind(obj)
        gone = self._store.shelf.take(resource, obj)
        if self._store.shelf.dependents(obj["metadata"]["uid"]):
            _soon(lambda: self._release(obj, delete=True))
        namespace = namespace_of(obj)
        if namespace and self._terminating(namespace):
            _soon(lambda: self._empty_namespace(namespace))
        return gone

    def _drop_kind(self, crd: Object) -> None:
        group, plural = crd["spec"]["group"], crd["spec"]["names"]["plural"]
        served = next((r for r in self._store.registry.all() if r.key == (group, plural)), None)
        for obj in self._store.shelf.all((group, plural)) if served else ():
            self._store.shelf.take(served, obj)  # type: ignore[arg-type]  # served is not None
        self._store.registry.remove(group, plural)

    def _resource(self, key: tuple[str, str]) -> Resource:
        return next(r for r in self._store.registry.all() if r.key == key)

    # Namespaces

    def _terminating(self, name: str) -> bool:
        namespaces = self._store.registry.named("v1/Namespace")
        obj = self._store.shelf.find(namespaces, None, name)
        return bool(obj and obj["metadata"].get("deletionTimestamp"))

    def _delete_namespace(self, resource: Resource, obj: Object) -> Object:
        name = name_of(obj)
        if name in KEPT_NAMESPACES:
            why = f'namespaces "{name}" is forbidden: this namespace may not be deleted'
            raise ApiError(403, "Forbidden", why, {"name": name, "kind": "namespaces"})
        if not obj["metadata"].get("deletionTimestamp"):
            marked: Object = clone(obj)
            marked["metadata"]["deletionTimestamp"] = self._store.stamp()
            marked["status"] = (marked.get("status") or {}) | {"phase": "Terminating"}
            obj = self._store.shelf.put(resource, marked, obj)
        _soon(lambda: self._empty_namespace(name))
        return obj

    def _empty_namespace(self, name: str) -> None:
        """Delete what is left in it; the namespace itself goes when nothing is."""
        if not self._terminating(name):
            return
        shelf = self._store.shelf
        for key, obj in list(shelf.in_namespace(name)):
            if not obj["metadata"].get("deletionTimestamp"):
                self.delete(self._resource(key), obj, "Background")
        resource = self._store.registry.named("v1/Namespace")
        namespace = shelf.find(resource, None, name)
        if namespace is None or any(True for _ in shelf.in_namespace(name)):
            return
        if namespace["metadata"].get("finalizers"):
            return
        shelf.take(resource, namespace)
