"""The scheduler: finds a node for every pod that has none.

Source: kube-scheduler's filters NodeUnschedulable, TaintToleration, NodeAffinity, NodePorts and
InterPodAffinity, and the words of its FailedScheduling events.
"""

from __future__ import annotations

from collections import Counter

from catalog.upstream import AGENT_DAEMONSET
from simulation.controllers import conditions
from simulation.controllers.controller import Controller
from simulation.controllers.events import tell, warn
from simulation.controllers.hub import Hub, Json
from simulation.controllers.podtemplate import is_finished, is_going
from simulation.controllers.selectors import matches, node_fits, tolerates

POD, NODE = "v1/Pod", "v1/Node"
UNSCHEDULABLE = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
REPELLING = ("NoSchedule", "NoExecute")
RETRY_SECONDS = 5.0


class Scheduler(Controller):
    kind = POD
    delay = (0.01, 0.06)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.pods, self.nodes = hub.seen["Pod"], hub.seen["Node"]

    def on_own(self, event: str, obj: Json) -> None:
        if event != "DELETED" and not obj["spec"].get("nodeName"):
            super().on_own(event, obj)

    async def reconcile(self, namespace: str, name: str) -> None:
        pod = self.store.find(POD, namespace, name)
        if pod is None or pod["spec"].get("nodeName") or is_going(pod):
            return None
        if unbound(self.hub, pod):
            return self._say(pod, "pod has unbound immediate PersistentVolumeClaims")
        nodes = self.nodes.all()
        pods = [each for each in self.pods.all() if not is_finished(each)]
        refusals = {node["metadata"]["name"]: refusal(pod, node, nodes, pods) for node in nodes}
        if self._lies(pod):
            refusals[max(refusals)] = "Insufficient memory"
        fitting = [node for node, why in refusals.items() if why is None]
        if fitting:
            self._bind(pod, self._best(pod, fitting, pods))
        else:
            self._refuse(pod, Counter(why for why in refusals.values() if why))
        return None

    def _lies(self, pod: Json) -> bool:
        labels = pod["metadata"].get("labels") or {}
        new = not self.hub.settling and labels.get("app") == AGENT_DAEMONSET
        return new and self.hub.faults.active("rollout-never-ends")

    def _best(self, pod: Json, fitting: list[str], pods: list[Json]) -> str:
        """Spread pods of one owner first, then all pods."""
        labels = pod["metadata"].get("labels") or {}
        kin = Counter(
            p["spec"].get("nodeName")
            for p in pods
            if labels and (p["metadata"].get("labels") or {}) == labels
        )
        load = Counter(p["spec"].get("nodeName") for p in pods)
        return min(fitting, key=lambda node: (kin[node], load[node], node))

    def _bind(self, pod: Json, node: str) -> None:
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        pod["spec"]["nodeName"] = node
        status = (
            self.store.update(POD, namespace, pod, manager="kube-scheduler").get("status") or {}
        )
        self._condition(namespace, name, status, {"type": "PodScheduled", "status": "True"})
        if not self.hub.settling:
            message = f"Successfully assigned {namespace}/{name} to {node}"
            tell(self.hub, pod, "Scheduled", message)

    def _refuse(self, pod: Json, reasons: Counter[str]) -> None:
        self._say(pod, ", ".join(f"{number} {why}" for why, number in sorted(reasons.items())))

    def _say(self, pod: Json, why: str) -> None:
        count = len(self.nodes.all())
        message = (
            f"0/{count} nodes are available: {why}. preemption: 0/{count} nodes are available: "
            f"{count} Preemption is not helpful for scheduling."
        )
        unscheduled = {"type": "PodScheduled", "status": "False"}
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        reason = {"reason": "Unschedulable", "message": message}
        self._condition(namespace, name, pod.get("status") or {}, unscheduled | reason)
        warn(self.hub, pod, "FailedScheduling", message)
        self.enqueue_after((namespace, name), RETRY_SECONDS)

    def _condition(self, namespace: str, name: str, status: Json, condition: Json) -> None:
        known: list[Json] = status.get("conditions") or []
        if conditions.put(known, condition, self.hub.clock.stamp()):
            status = {"phase": "Pending", **status, "conditions": known}
            self.store.set_status(POD, namespace, name, status, manager="kube-scheduler")


def unbound(hub: Hub, pod: Json) -> bool:
    """Whether the pod waits for a volume; a claim that is not there counts as one."""
    names = [
        volume["persistentVolumeClaim"]["claimName"]
        for volume in pod["spec"].get("volumes") or []
        if volume.get("persistentVolumeClaim")
    ]
    claims = hub.seen["PersistentVolumeClaim"]
    found = [claims.get(pod["metadata"]["namespace"], name) or {} for name in names]
    return any((claim.get("status") or {}).get("phase") != "Bound" for claim in found)


def refusal(pod: Json, node: Json, nodes: list[Json], pods: list[Json]) -> str | None:
    """Why this node cannot take the pod; None means that it can."""
    spec = pod["spec"]
    here = [p for p in pods if p["spec"].get("nodeName") == node["metadata"]["name"]]
    tolerations = spec.get("tolerations") or []
    if node["spec"].get("unschedulable") and not tolerates(tolerations, UNSCHEDULABLE):
        return "node(s) were unschedulable"
    for taint in node["spec"].get("taints") or []:
        if taint["effect"] in REPELLING and not tolerates(tolerations, taint):
            return f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}"
    if not node_fits(spec, node):
        return "node(s) didn't match Pod's node affinity/selector"
    if host_ports(pod) & {port for other in here for port in host_ports(other)}:
        return "node(s) didn't have free ports for the requested pod ports"
    return affinity_refusal(pod, node, nodes, pods)


def affinity_refusal(pod: Json, node: Json, nodes: list[Json], pods: list[Json]) -> str | None:
    affinity = pod["spec"].get("affinity") or {}
    for term in _required(affinity.get("podAffinity")):
        if not _neighbours(term, pod, node, nodes, pods) and not _first_of_its_kind(
            term, pod, pods
        ):
            return "node(s) didn't match pod affinity rules"
    for term in _required(affinity.get("podAntiAffinity")):
        if _neighbours(term, pod, node, nodes, pods):
            return "node(s) didn't match pod anti-affinity rules"
    return None


def _required(affinity: Json | None) -> list[Json]:
    key = "requiredDuringSchedulingIgnoredDuringExecution"
    return list((affinity or {}).get(key) or [])


def _first_of_its_kind(term: Json, pod: Json, pods: list[Json]) -> bool:
    """A pod that its own affinity selects may start a new group."""
    own = matches(term.get("labelSelector"), pod["metadata"].get("labels"))
    return own and not any(_selected(term, pod, other) for other in pods)


def _selected(term: Json, pod: Json, other: Json) -> bool:
    namespaces = term.get("namespaces") or [pod["metadata"]["namespace"]]
    return (
        other["metadata"]["uid"] != pod["metadata"]["uid"]
        and bool(other["spec"].get("nodeName"))
        and other["metadata"]["namespace"] in namespaces
        and matches(term.get("labelSelector"), other["metadata"].get("labels"))
    )


def _neighbours(
    term: Json, pod: Json, node: Json, nodes: list[Json], pods: list[Json]
) -> list[Json]:
    """The selected pods on nodes that share this node's topology value."""
    key = term["topologyKey"]
    zone = (node["metadata"].get("labels") or {}).get(key)
    peers = {
        each["metadata"]["name"]
        for each in nodes
        if zone is not None and (each["metadata"].get("labels") or {}).get(key) == zone
    }
    return [p for p in pods if p["spec"].get("nodeName") in peers and _selected(term, pod, p)]


def host_ports(pod: Json) -> set[tuple[int, str]]:
    spec = pod["spec"]
    ports = [port for c in spec["containers"] for port in c.get("ports") or []]
    if spec.get("hostNetwork"):
        return {(p.get("hostPort", p["containerPort"]), p.get("protocol", "TCP")) for p in ports}
    return {(p["hostPort"], p.get("protocol", "TCP")) for p in ports if p.get("hostPort")}
