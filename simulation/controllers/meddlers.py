"""Somebody who works on the same cluster, and lays hands on a FlowCollector that is on loan."""

from __future__ import annotations

from catalog.upstream import FLOW_COLLECTOR_API, FLOW_COLLECTOR_NAME
from simulation.controllers.hub import Hub, Json

KIND = f"{FLOW_COLLECTOR_API}/FlowCollector"
EDITED, DELETED = "flowcollector-edited-during-run", "flowcollector-deleted-during-run"
SOON = 2.0
"""Cluster seconds from the first change of the spec to that of the meddler."""
SAMPLING = 400


class Meddlers:
    """Strike once, soon after anybody has changed the spec for the first time."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.struck = not (hub.faults.active(EDITED) or hub.faults.active(DELETED))
        self._first = 0
        hub.seen["FlowCollector"].on_change(self._on_change)

    def _on_change(self, event: str, collector: Json) -> None:
        generation = int(collector["metadata"].get("generation", 0))
        if self.hub.settling:
            self._first = generation
        elif not self.struck and event == "MODIFIED" and generation > self._first:
            self.struck = True
            self.hub.later(SOON, self._strike)

    def _strike(self) -> None:
        store = self.hub.store
        collector = store.find(KIND, None, FLOW_COLLECTOR_NAME)
        if collector is None:
            return
        if self.hub.faults.active(DELETED):
            store.delete(KIND, None, FLOW_COLLECTOR_NAME)
            return
        collector["spec"]["agent"]["ebpf"]["sampling"] = SAMPLING
        store.update(KIND, None, collector, manager="kubectl-edit")
