"""The Network Observability Operator: FlowCollector in, agents, pipeline and plugin out."""

from __future__ import annotations

import copy

from catalog.upstream import (
    AGENT_DAEMONSET,
    FLOW_COLLECTOR_API,
    FLOW_COLLECTOR_NAME,
    PIPELINE_WORKLOAD,
)
from simulation.apiserver import ApiError
from simulation.apiserver.flowcollector import warnings
from simulation.controllers import collector_agent as agent
from simulation.controllers import collector_lies, collector_monitoring, conditions
from simulation.controllers import collector_pipeline as pipeline
from simulation.controllers.collector_loki import loki_conditions
from simulation.controllers.collector_spec import OPERATOR, CollectorSpec
from simulation.controllers.collector_status import (
    READY,
    UNUSED,
    Component,
    all_conditions,
    daemon_set_progress,
    deployment_progress,
)
from simulation.controllers.collector_webhook import surroundings
from simulation.controllers.controller import Controller, owner_reference
from simulation.controllers.hub import Json

KIND = f"{FLOW_COLLECTOR_API}/FlowCollector"
OLD_CONFIGURATION_FAULT = "agents-keep-old-configuration"
PRIVILEGED_LABELS = {
    f"pod-security.kubernetes.io/{mode}": "privileged" for mode in ("enforce", "audit", "warn")
}


class FlowCollectors(Controller):
    """Only the object named `cluster` counts; what else there is stays without status."""

    kind = KIND
    owns = ("apps/v1/DaemonSet", "apps/v1/Deployment")
    delay = (0.4, 1.0)

    async def reconcile(self, _namespace: str, name: str) -> None:
        collector = self.store.find(KIND, None, name)
        if collector is None or name != FLOW_COLLECTOR_NAME:
            return
        if collector["metadata"].get("deletionTimestamp"):
            return
        spec = CollectorSpec(collector["spec"])
        self._namespace(collector, spec.namespace, {})
        self._namespace(collector, spec.privileged_namespace, PRIVILEGED_LABELS)
        for obj in self._wanted(spec):
            self._ensure(collector, obj)
        self._remove_other_models(spec)
        self._report(collector, spec)

    def _wanted(self, spec: CollectorSpec) -> list[Json]:
        objects = [_account(AGENT_DAEMONSET, spec.privileged_namespace)]
        objects += [_account(PIPELINE_WORKLOAD, spec.namespace)]
        objects += [pipeline.config_map(spec), pipeline.dynamic_config_map(spec)]
        objects += [pipeline.workload(spec), *pipeline.services(spec)]
        if spec.plugin.get("enable", True):
            objects.append(pipeline.plugin(spec))
        objects += collector_monitoring.objects(spec, self.hub.faults)
        if self.hub.settling or not self.hub.faults.active(OLD_CONFIGURATION_FAULT):
            objects.append(agent.daemon_set(collector_lies.told(spec, self.hub.faults)))
        return objects

    def _namespace(self, collector: Json, name: str, labels: dict[str, str]) -> None:
        found = self.store.find("v1/Namespace", None, name)
        if found and found["metadata"].get("deletionTimestamp"):
            raise ApiError(409, "Conflict", f"namespace {name} is being terminated: later")
        if found is None:
            labels = {"app": OPERATOR, **labels}
            owners = [owner_reference(collector)]
            metadata = {"name": name, "labels": labels, "ownerReferences": owners}
            obj = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
            self.store.create("v1/Namespace", None, obj, manager=OPERATOR)

    def _ensure(self, collector: Json, obj: Json) -> None:
        metadata = obj["metadata"]
        metadata["ownerReferences"] = [owner_reference(collector)]
        kind = f"{obj['apiVersion']}/{obj['kind']}"
        place = metadata["namespace"], metadata["name"]
        self.store.apply(kind, *place, obj, manager=OPERATOR, force=True)

    def _remove_other_models(self, spec: CollectorSpec) -> None:
        """A change of the deployment model leaves nothing of the old one."""
        keep = pipeline.workload(spec)
        for kind in ("Deployment", "DaemonSet"):
            for name in (PIPELINE_WORKLOAD, f"{PIPELINE_WORKLOAD}-transformer"):
                kept = (keep["kind"], keep["metadata"]["name"]) == (kind, name)
                if not kept and self.hub.seen[kind].get(spec.namespace, name):
                    self.store.delete(f"apps/v1/{kind}", spec.namespace, name)

    def _components(self, spec: CollectorSpec) -> dict[str, Component]:
        seen = self.hub.seen
        agents = seen["DaemonSet"].get(spec.privileged_namespace, AGENT_DAEMONSET)
        wanted = pipeline.workload(spec)
        found = seen[wanted["kind"]].get(spec.namespace, wanted["metadata"]["name"])
        progress = daemon_set_progress if wanted["kind"] == "DaemonSet" else deployment_progress
        kafka = spec.model == "Kafka"
        return {
            "FlowCollectorLegacy": daemon_set_progress(agents),
            "Monitoring": READY,
            "StaticController": READY,
            "FLPParent": READY,
            "FLPMonolith": UNUSED if kafka else progress(found),
            "FLPTransformer": progress(found) if kafka else UNUSED,
            "NetworkPolicy": READY,
        }

    def _report(self, collector: Json, spec: CollectorSpec) -> None:
        known = copy.deepcopy((collector.get("status") or {}).get("conditions") or [])
        now = self.hub.clock.stamp()
        said = list(warnings(spec.raw, surroundings(self.hub)))
        found = all_conditions(self._components(spec), said, loki_conditions(self.hub, spec))
        wanted = collector_lies.shown(found, self.hub.faults)
        changed = [conditions.put(known, each, now) for each in wanted]
        if any(changed):
            name = collector["metadata"]["name"]
            self.store.set_status(KIND, None, name, {"conditions": known}, manager=OPERATOR)


def _account(name: str, namespace: str) -> Json:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
