"""Who is who: the fields that flowlogs-pipeline adds from Kubernetes.

Source: flowlogs-pipeline 1.12, pkg/pipeline/transform/kubernetes/enrich.go, cni/udn.go,
transform_network_direction.go and transform_network.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from simulation.pipeline.config import PipelineConfig
from simulation.world.places import Identity, Places

Record = dict[str, Any]
INGRESS, EGRESS, INNER = 0, 1, 2
PRIMARY = "primary"
_ALWAYS_INFRA = (("default", "kubernetes"), ("default", "openshift"))


class Enricher:
    """Adds names, direction, layer and subnets to a record."""

    def __init__(self, places: Places, config: PipelineConfig) -> None:
        self._places = places
        self._knows_networks = config.knows_networks
        self._infra = (config.namespace, "openshift")
        self._subnet = lru_cache(maxsize=4096)(_Subnets(config.subnet_labels).of)

    def enrich(self, record: Record, translated: bool = True) -> None:
        source = self._name(record, "Src", record["SrcAddr"])
        destination = self._name(record, "Dst", record["DstAddr"])
        self._direct(record, source, destination)
        app = self._is_app(source) or self._is_app(destination)
        record["K8S_FlowLayer"] = "app" if app else "infra"
        for side in ("Src", "Dst"):
            label = self._subnet(record[f"{side}Addr"])
            if label:
                record[f"{side}SubnetLabel"] = label
        if translated and "XlatSrcAddr" in record:
            self._name(record, "XlatSrc", record["XlatSrcAddr"])
            self._name(record, "XlatDst", record["XlatDstAddr"])

    def _name(self, record: Record, side: str, address: str) -> Identity | None:
        identity = self._places.identity(address)
        if identity is None or not self._can_tell(identity, record):
            return None
        prefix = f"{side}K8S_"
        record[prefix + "Name"] = identity.name
        record[prefix + "Type"] = identity.kind
        record[prefix + "OwnerName"] = identity.owner_name
        record[prefix + "OwnerType"] = identity.owner_kind
        record[prefix + "NetworkName"] = identity.network or PRIMARY
        if identity.namespace:
            record[prefix + "Namespace"] = identity.namespace
        if identity.host_address:
            record[prefix + "HostIP"] = identity.host_address
        if identity.host_name:
            record[prefix + "HostName"] = identity.host_name
        return identity

    def _can_tell(self, identity: Identity, record: Record) -> bool:
        """Addresses of user-defined networks are looked up together with the network's name."""
        network = identity.network
        return not network or (self._knows_networks and network in record["Udns"])

    def _direct(self, record: Record, source: Identity | None, to: Identity | None) -> None:
        """Seen from the node that reports; absent when neither end is on it."""
        here = record["AgentIP"]
        from_host = source.host_address if source else ""
        to_host = to.host_address if to else ""
        if from_host == to_host == here:
            record["FlowDirection"] = INNER
        elif from_host == here:
            record["FlowDirection"] = EGRESS
        elif to_host == here:
            record["FlowDirection"] = INGRESS

    def _is_app(self, identity: Identity | None) -> bool:
        """The layer goes by the beginning of a namespace's name."""
        if identity is None or not identity.namespace:
            return False
        if (identity.namespace, identity.name) in _ALWAYS_INFRA:
            return False
        return not identity.namespace.startswith(self._infra)


class _Subnets:
    """Labels of networks; the first one that holds the address."""

    def __init__(self, labels: Mapping[str, tuple[str, ...]]) -> None:
        self._networks = [(ip_network(cidr), n) for n, cidrs in labels.items() for cidr in cidrs]

    def of(self, address: str) -> str:
        wanted = ip_address(address)
        return next((name for network, name in self._networks if wanted in network), "")
