"""The objects of the cluster, written and read as the API server's own clients would.

Everything here runs on the simulation's loop; a returned object is always a private copy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from simulation.apiserver import builtin, writing
from simulation.apiserver.access import Access
from simulation.apiserver.admission import Admission
from simulation.apiserver.apply import Application
from simulation.apiserver.cluster_ips import ClusterIps
from simulation.apiserver.deletion import Deletion
from simulation.apiserver.errors import not_found
from simulation.apiserver.hooks import Logs, Metrics
from simulation.apiserver.journal import Callback, Journal
from simulation.apiserver.objects import Object, clone, stamp
from simulation.apiserver.patches import merge_patch
from simulation.apiserver.proxy import ServiceProxy
from simulation.apiserver.resources import Registry, Resource
from simulation.apiserver.selectors import parse_fields, selected
from simulation.apiserver.shelf import Shelf
from simulation.apiserver.writing import Write

Kind = Resource | str
DEFAULT_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")


class Store:
    """Reads, writes and subscriptions; kinds may be given as "apps/v1/Deployment"."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.registry = Registry()
        self.journal = Journal()
        self.shelf = Shelf(self.journal)
        self.admission = Admission()
        self.access = Access(self)
        self.proxy = ServiceProxy()
        self.logs = Logs()
        self.metrics = Metrics()
        self.graceful_pods = False
        self._deletion = Deletion(self)
        self.cluster_ips = ClusterIps()
        builtin.register(self.registry)
        for name in DEFAULT_NAMESPACES:
            self.create("v1/Namespace", None, {"metadata": {"name": name}})

    def stamp(self) -> str:
        return stamp(self.now())

    def kind(self, api_version: str, kind: str) -> Resource:
        return self.registry.kind(api_version, kind)

    def resolve(self, kind: Kind) -> Resource:
        return self.registry.named(kind) if isinstance(kind, str) else kind

    # Reading

    def peek(self, resource: Resource, namespace: str | None, name: str) -> Object:
        """The stored object itself, for reading only."""
        found = self.shelf.find(resource, namespace, name)
        if found is None:
            raise not_found(resource.plural, resource.group, name)
        return found

    def get(self, resource: Kind, namespace: str | None, name: str) -> Object:
        copy: Object = clone(self.peek(self.resolve(resource), namespace, name))
        return copy

    def find(self, resource: Kind, namespace: str | None, name: str) -> Object | None:
        copy: Object | None = clone(self.shelf.find(self.resolve(resource), namespace, name))
        return copy

    def list(
        self,
        resource: Kind,
        namespace: str | None = None,
        label_selector: str = "",
        field_selector: str = "",
    ) -> list[Object]:
        found = self.chosen(self.resolve(resource), namespace, (label_selector, field_selector))
        return [clone(obj) for obj in found]

    def chosen(
        self, resource: Resource, namespace: str | None, selectors: tuple[str, str]
    ) -> Sequence[Object]:
        """Stored objects themselves that the label and field selectors choose."""
        labels, fields = selectors
        requirements = parse_fields(fields, resource.kind, resource.selectable)
        stored = self.shelf.all(resource.key, namespace)
        return [obj for obj in stored if selected(obj, labels, requirements)]

    # Writing

    def create(
        self,
        resource: Kind,
        namespace: str | None,
        obj: Object,
        *,
        manager: str = "controller",
        dry_run: bool = False,
    ) -> Object:
        write = Write(manager=manager, dry_run=dry_run)
        return writing.create(self, self.resolve(resource), (namespace, obj), write)

    def update(
        self, resource: Kind, namespace: str | None, obj: Object, *, manager: str = "controller"
    ) -> Object:
        write = Write(manager=manager, unconditional=True)
        return writing.update(self, self.resolve(resource), (namespace, obj), write)

    def set_status(
        self,
        resource: Kind,
        namespace: str | None,
        name: str,
        status: dict[str, Any],
        *,
        manager: str = "controller",
    ) -> Object:
        """Replace .status."""
        found = self.resolve(resource)
        wanted = {"metadata": {"name": name, "namespace": namespace}, "status": status}
        write = Write(manager=manager, subresource="status", unconditional=True)
        return writing.update(self, found, (namespace, wanted), write)

    def patch_status(
        self, resource: Kind, namespace: str | None, name: str, status: dict[str, Any]
    ) -> Object:
        """Merge into .status."""
        found = self.resolve(resource)
        current = self.peek(found, namespace, name).get("status") or {}
        return self.set_status(found, namespace, name, merge_patch(current, status))

    def apply(  # noqa: PLR0913 - the options of a server-side apply
        self,
        resource: Kind,
        namespace: str | None,
        name: str,
        obj: Object,
        *,
        manager: str,
        force: bool = False,
        subresource: str | None = None,
        dry_run: bool = False,
    ) -> Object:
        found = self.resolve(resource)
        application = Application(found, obj, manager, subresource or "", force)
        return writing.apply(self, application, (namespace, name), Write(manager, dry_run=dry_run))

    def delete(
        self,
        resource: Kind,
        namespace: str | None,
        name: str,
        *,
        propagation: str = "Background",
        grace: int | None = None,
    ) -> None:
        """Delete, honouring finalizers; `grace` 0 removes a terminating pod for good."""
        found = self.resolve(resource)
        self._deletion.delete(found, self.peek(found, namespace, name), propagation, grace)

    @property
    def deletion(self) -> Deletion:
        return self._deletion

    # Hooks

    def subscribe(self, callback: Callback, *kinds: str) -> None:
        self.journal.subscribe(callback, kinds)

    def admit(self, kind: str, callback: Callable[..., Sequence[str] | None]) -> None:
        """Ask `callback(obj, old, operation)` before each write of that kind."""
        self.admission.register(kind, callback)
