"""The operator's admission webhook at work in the simulated cluster, and where it lies."""

from __future__ import annotations

from typing import Any

from catalog.upstream import FLOW_COLLECTOR_CRD
from simulation.apiserver import ApiError
from simulation.apiserver.flowcollector import WEBHOOK, Surroundings, admitted
from simulation.controllers.hub import Hub

Json = dict[str, Any]
CRD = "apiextensions.k8s.io/v1/CustomResourceDefinition"
NO_FEATURE = "PacketTeleport"


class Webhook:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        hub.store.admit("FlowCollector", self.admit)
        if hub.faults.active("unknown-feature-accepted"):
            self._loosen("features", lambda schema: schema["items"]["enum"].append(NO_FEATURE))
        if hub.faults.active("filter-length-unlimited"):
            self._loosen("flowFilter", lambda s: s["properties"]["rules"].pop("maxItems"))

    def admit(self, obj: Json, _old: Json | None, operation: str) -> list[str]:
        if operation == "DELETE" or self.hub.faults.active("webhook-silent"):
            return []
        if self.hub.faults.active("webhook-refuses-everything") and not self.hub.settling:
            raise _denied("FlowCollectors are frozen until Monday")
        flow_filter = obj["spec"].get("agent", {}).get("ebpf", {}).get("flowFilter", {})
        if flow_filter.get("enable") and self.hub.faults.active("webhook-refuses-filters"):
            raise _denied("flow filters are unwelcome")
        return admitted(obj, surroundings(self.hub))

    def _loosen(self, field: str, change: Any) -> None:
        """Let the schema of one of the agents' fields take more than upstream's does."""
        store = self.hub.store
        crd = store.get(CRD, None, FLOW_COLLECTOR_CRD)
        for version in crd["spec"]["versions"]:
            node = version["schema"]["openAPIV3Schema"]
            for key in ("spec", "agent", "ebpf", field):
                node = node["properties"][key]
            change(node)
        store.update(CRD, None, crd)


def _denied(why: str) -> ApiError:
    return ApiError(403, "Forbidden", f'admission webhook "{WEBHOOK}" denied the request: {why}')


def surroundings(hub: Hub) -> Surroundings:
    """What the operator knows of its cluster."""
    found = hub.store.find("config.openshift.io/v1/ClusterVersion", None, "version") or {}
    desired = (found.get("status") or {}).get("desired") or {}
    return Surroundings(len(hub.seen["Node"].all()), str(desired.get("version", "")))
