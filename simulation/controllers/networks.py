"""OVN-Kubernetes' user-defined networks: their status, their namespaces, addresses for their pods.

Source: ovn-kubernetes go-controller/pkg/clustermanager/userdefinednetwork (conditions), and the
admission policy of helm/.../rbac-ovnkube-cluster-manager.yaml (the namespace's label).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from ipaddress import ip_network
from typing import NamedTuple

from simulation.apiserver import ApiError
from simulation.controllers import conditions
from simulation.controllers.addresses import Pool
from simulation.controllers.controller import Controller
from simulation.controllers.enforcement import bound
from simulation.controllers.hub import Hub, Json
from simulation.controllers.selectors import matches

GROUP = "k8s.ovn.org/v1"
NAMESPACED, CLUSTER_WIDE = "UserDefinedNetwork", "ClusterUserDefinedNetwork"
LABEL = "k8s.ovn.org/primary-user-defined-network"
ANNOTATION = "k8s.ovn.org/pod-networks"
FIXED = f"The '{LABEL}' label cannot be added/removed after the namespace was created"


class Attachment(NamedTuple):
    """A pod's place in its namespace's primary network; `name` is as flows have it."""

    name: str
    address: str


class Networks(Controller):
    """Reports that networks of one kind are there."""

    kind = f"{GROUP}/{NAMESPACED}"
    delay = (0.1, 0.5)

    async def reconcile(self, namespace: str, name: str) -> None:
        found = self.store.find(self.kind, namespace or None, name)
        if found is None or found["metadata"].get("deletionTimestamp"):
            return
        if not bound(self.hub, [found]):
            return
        held = (found.get("status") or {}).get("conditions") or []
        told = {"type": "NetworkCreated", "status": "True", **self.message(found)}
        if conditions.put(held, told, self.hub.clock.stamp()):
            status = {"conditions": held}
            self.store.set_status(self.kind, namespace or None, name, status)

    def message(self, _network: Json) -> Json:
        text = "NetworkAttachmentDefinition has been created"
        return {"reason": "NetworkAttachmentDefinitionCreated", "message": text}


class ClusterNetworks(Networks):
    """Those of the whole cluster, which say in which namespaces they are."""

    kind = f"{GROUP}/{CLUSTER_WIDE}"

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        hub.seen["Namespace"].on_change(lambda *_: self._all())

    def _all(self) -> None:
        for network in self.hub.seen[CLUSTER_WIDE].all():
            self.enqueue(("", network["metadata"]["name"]))

    def message(self, network: Json) -> Json:
        spaces = [each for each in self.hub.seen["Namespace"].all() if _chooses(network, each)]
        names = " ".join(sorted(each["metadata"]["name"] for each in spaces))
        text = f"NetworkAttachmentDefinition has been created in following namespaces: [{names}]"
        return super().message(network) | {"message": text}


class PodNetworks:
    """Finds a pod's primary network, and gives it an address there."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._pools: dict[tuple[str, str], Pool] = {}
        hub.store.admit("Namespace", keep_label)

    def is_asked_for(self, pod: Json) -> bool:
        """Whether the pod's namespace wants a primary network of its own."""
        namespace = self.hub.seen["Namespace"].get("", pod["metadata"]["namespace"])
        labels = ((namespace or {}).get("metadata") or {}).get("labels") or {}
        return LABEL in labels and not pod["spec"].get("hostNetwork")

    def attach(self, pod: Json, default_addresses: Sequence[str]) -> Attachment | None:
        """None while the network is not there: the pod's sandbox has to wait."""
        network = self._network_of(pod["metadata"]["namespace"])
        if network is None or conditions.find(_conditions(network), "NetworkCreated") is None:
            return None
        name = network["metadata"]["name"]
        told = f"{pod['metadata']['namespace']}/{name}"
        own = told if network["kind"] == NAMESPACED else name
        address, prefix = self._address(own, _spec(network), pod["spec"]["nodeName"])
        self._annotate(pod, told, [f"{address}/{prefix}"], default_addresses)
        return Attachment(own, address)

    def _network_of(self, namespace: str) -> Json | None:
        seen = self.hub.seen
        space = seen["Namespace"].get("", namespace) or {}
        found = [
            *bound(self.hub, seen[NAMESPACED].within(namespace)),
            *(e for e in bound(self.hub, seen[CLUSTER_WIDE].all()) if _chooses(e, space)),
        ]
        return next((each for each in found if _is_primary(each)), None)

    def _address(self, network: str, spec: Json, node: str) -> tuple[str, int]:
        """Layer 2 is one subnet for all; of layer 3 each node has a slice."""
        subnet = (spec.get("subnets") or [None])[0]
        if isinstance(subnet, dict):
            prefix = int(subnet.get("hostSubnet", 24))
            nodes = sorted(each["metadata"]["name"] for each in self.hub.seen["Node"].all())
            cidr = _slice(subnet["cidr"], prefix, nodes.index(node))
            pool = self._pools.setdefault((network, node), Pool(cidr))
        else:
            cidr = str(subnet)
            prefix = int(cidr.rsplit("/", 1)[1])
            pool = self._pools.setdefault((network, ""), Pool(cidr))
        return pool.take(), prefix

    def _annotate(
        self, pod: Json, name: str, own: Sequence[str], default_addresses: Sequence[str]
    ) -> None:
        default = [f"{each}/{64 if ':' in each else 23}" for each in default_addresses]
        networks = {
            "default": _told(default, "infrastructure-locked"),
            name: _told(own, "primary"),
        }
        space, pod_name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        try:
            found = self.hub.store.get("v1/Pod", space, pod_name)
            found["metadata"].setdefault("annotations", {})[ANNOTATION] = json.dumps(networks)
            self.hub.store.update("v1/Pod", space, found, manager="ovnkube-cluster-manager")
        except ApiError as error:
            if error.code != 404:
                raise


def keep_label(new: Json, old: Json | None, operation: str) -> None:
    """A namespace has the label from its first moment, or never."""
    if operation != "UPDATE" or old is None:
        return
    had, has = (LABEL in (each["metadata"].get("labels") or {}) for each in (old, new))
    if had != has:
        name = new["metadata"]["name"]
        policy = "user-defined-networks-namespace-label"
        text = f"ValidatingAdmissionPolicy '{policy}' with binding '{policy}-binding' denied"
        raise ApiError(422, "Invalid", f'namespaces "{name}" is forbidden: {text} request: {FIXED}')


def _told(addresses: Sequence[str], role: str) -> Json:
    """A single address is told twice. Source: ovn-kubernetes pkg/util/pod_annotation.go."""
    single = {"ip_address": addresses[0]} if len(addresses) == 1 else {}
    return {"ip_addresses": list(addresses), **single, "role": role}


def _spec(network: Json) -> Json:
    spec: Json = network["spec"].get("network") or network["spec"]
    inner: Json = spec.get(str(spec["topology"]).lower()) or {}
    return inner


def _is_primary(network: Json) -> bool:
    return _spec(network).get("role") == "Primary"


def _conditions(network: Json) -> list[Json]:
    found: list[Json] = (network.get("status") or {}).get("conditions") or []
    return found


def _chooses(network: Json, namespace: Json) -> bool:
    labels = (namespace.get("metadata") or {}).get("labels") or {}
    return matches(network["spec"]["namespaceSelector"], labels)


def _slice(cidr: str, prefix: int, index: int) -> str:
    return str(list(ip_network(cidr).subnets(new_prefix=prefix))[index])
