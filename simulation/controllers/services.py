"""Services: the endpoints of the ready pods behind each (its address is the API server's gift)."""

from __future__ import annotations

from simulation.controllers.controller import Controller, owner_reference
from simulation.controllers.hub import Hub, Json
from simulation.controllers.names import digest
from simulation.controllers.podtemplate import is_finished, is_going, is_ready
from simulation.controllers.selectors import matches_map
from simulation.world import Service, ServicePort

KIND, ENDPOINTS, SLICE = "v1/Service", "v1/Endpoints", "discovery.k8s.io/v1/EndpointSlice"
FAULT = "service-without-endpoints"
SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
SPARED_PREFIXES = ("openshift", "netobserv", "kube-", "default")


class Services(Controller):
    kind = KIND
    delay = (0.1, 0.3)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.pods = hub.seen["Pod"]
        self.services = hub.seen["Service"]
        self.pods.on_change(self._on_pod)

    def _on_pod(self, event: str, pod: Json) -> None:
        labels = pod["metadata"].get("labels")
        for service in self.services.within(pod["metadata"]["namespace"]):
            if matches_map(service["spec"].get("selector"), labels):
                self.on_own(event, service)

    async def reconcile(self, namespace: str, name: str) -> None:
        service = self.store.find(KIND, namespace, name)
        if service is None:
            self.hub.world.remove_service(namespace, name)
            self._forget(namespace, name)
            return
        if not service["spec"].get("selector"):
            self._tell_world_of_others(service)
            return
        pods = [pod for pod in self._behind(service) if not is_finished(pod)]
        for family in service["spec"].get("ipFamilies") or ["IPv4"]:
            self._write(SLICE, namespace, _slice(service, pods, family))
        self._write(ENDPOINTS, namespace, _endpoints(service, pods))
        self._tell_world(service, [pod for pod in pods if is_ready(pod) and not is_going(pod)])

    def _behind(self, service: Json) -> list[Json]:
        namespace = service["metadata"]["namespace"]
        if self.hub.faults.active(FAULT) and not namespace.startswith(SPARED_PREFIXES):
            return []
        found = [
            pod
            for pod in self.pods.within(namespace)
            if matches_map(service["spec"]["selector"], pod["metadata"].get("labels"))
            and (pod.get("status") or {}).get("podIP")
        ]
        return sorted(found, key=lambda pod: str(pod["metadata"]["name"]))

    def _tell_world(self, service: Json, ready: list[Json]) -> None:
        spec, metadata = service["spec"], service["metadata"]
        ports = tuple(
            ServicePort(
                port.get("name", ""),
                port.get("protocol", "TCP"),
                port["port"],
                target_port(port, ready[0] if ready else None),
            )
            for port in spec.get("ports") or []
        )
        backends = tuple(pod["status"]["podIP"] for pod in ready)
        place = metadata["namespace"], metadata["name"]
        address, *others = spec.get("clusterIPs") or ["None"]
        self.hub.world.set_service(Service(*place, address, ports, backends, tuple(others)))

    def _tell_world_of_others(self, service: Json) -> None:
        """Somebody else keeps the endpoints of a Service without selector, such as the API's."""
        metadata, spec = service["metadata"], service["spec"]
        place = metadata["namespace"], metadata["name"]
        subsets = (self.store.find(ENDPOINTS, *place) or {}).get("subsets") or []
        backends = [each["ip"] for subset in subsets for each in subset.get("addresses") or []]
        ports = tuple(
            ServicePort(p["name"], p["protocol"], p["port"], target_port(p, None))
            for p in spec.get("ports") or []
        )
        address = spec.get("clusterIP", "None")
        self.hub.world.set_service(Service(*place, address, ports, tuple(backends)))

    def _write(self, kind: str, namespace: str, wanted: Json) -> None:
        """Create or replace, and keep quiet when nothing changed."""
        current = self.store.find(kind, namespace, wanted["metadata"]["name"])
        if current is None:
            self.store.create(kind, namespace, wanted)
            return
        parts = [key for key in wanted if key != "metadata"]
        if any(current.get(key) != wanted[key] for key in parts) or (
            "subsets" in current and "subsets" not in wanted
        ):
            current.pop("subsets", None)
            self.store.update(kind, namespace, current | {key: wanted[key] for key in parts})

    def _forget(self, namespace: str, name: str) -> None:
        for kind in (ENDPOINTS, SLICE):
            for obj in self.store.list(kind, namespace):
                labels = obj["metadata"].get("labels") or {}
                ours = obj["metadata"]["name"] == name or labels.get(SERVICE_NAME) == name
                if ours:
                    self.store.delete(kind, namespace, obj["metadata"]["name"])


def target_port(port: Json, pod: Json | None) -> int:
    """The number behind a targetPort; a name is looked up in the pod's ports."""
    target: int | str = port.get("targetPort") or port["port"]
    if isinstance(target, int):
        return target
    if target.isdigit():
        return int(target)
    for container in (pod or {}).get("spec", {}).get("containers", []):
        for each in container.get("ports") or []:
            if each.get("name") == target:
                return int(each["containerPort"])
    return int(port["port"])


def _ports(service: Json, pods: list[Json]) -> list[Json]:
    pod = pods[0] if pods else None
    ports = []
    for port in service["spec"].get("ports") or []:
        entry = {"port": target_port(port, pod), "protocol": port.get("protocol", "TCP")}
        ports.append({"name": port.get("name", "")} | entry)
    return ports


def _target(pod: Json) -> Json:
    metadata = pod["metadata"]
    return {"kind": "Pod"} | {key: metadata[key] for key in ("name", "namespace", "uid")}


def _metadata(service: Json, name: str, labels: dict[str, str]) -> Json:
    metadata = service["metadata"]
    return {
        "name": name,
        "namespace": metadata["namespace"],
        "labels": {**(metadata.get("labels") or {}), **labels},
    }


def _slice(service: Json, pods: list[Json], family: str) -> Json:
    """Each IP family has slices of its own."""
    name, uid = service["metadata"]["name"], service["metadata"]["uid"]
    labels = {SERVICE_NAME: name, MANAGED_BY: "endpointslice-controller.k8s.io"}
    key = uid if family == "IPv4" else f"{uid} {family}"
    metadata = _metadata(service, f"{name}-{digest(key, 5)}", labels)
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata | {"ownerReferences": [owner_reference(service)]},
        "addressType": family,
        "ports": _ports(service, pods),
        "endpoints": [
            {
                "addresses": _of_family(pod, family),
                "conditions": {
                    "ready": is_ready(pod) and not is_going(pod),
                    "serving": is_ready(pod),
                    "terminating": is_going(pod),
                },
                "nodeName": pod["spec"]["nodeName"],
                "targetRef": _target(pod),
            }
            for pod in pods
        ],
    }


def _of_family(pod: Json, family: str) -> list[str]:
    known = [str(each["ip"]) for each in pod["status"].get("podIPs") or []]
    return [address for address in known if (":" in address) is (family == "IPv6")]


def _endpoints(service: Json, pods: list[Json]) -> Json:
    def address(pod: Json) -> Json:
        return {
            "ip": pod["status"]["podIP"],
            "nodeName": pod["spec"]["nodeName"],
            "targetRef": _target(pod),
        }

    live = [pod for pod in pods if not is_going(pod)]
    ready = [address(pod) for pod in live if is_ready(pod)]
    unready = [address(pod) for pod in live if not is_ready(pod)]
    subset: Json = {"ports": [_bare(port) for port in _ports(service, pods)]}
    subset |= {"addresses": ready} if ready else {}
    subset |= {"notReadyAddresses": unready} if unready else {}
    labels = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    body = {"subsets": [subset]} if live else {}
    metadata = _metadata(service, service["metadata"]["name"], labels)
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata} | body


def _bare(port: Json) -> Json:
    return {key: value for key, value in port.items() if value != ""}
