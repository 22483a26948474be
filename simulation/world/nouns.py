"""What the world is made of: nodes, endpoints, services, outside hosts, containers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

POD_NETWORKS = ("10.128.0.0/14", "fd01::/48")
SERVICE_NETWORKS = ("172.30.0.0/16", "fd02::/112")
MACHINE_NETWORKS = ("10.0.0.0/16", "fd00:10::/64")
CLUSTER_DNS = "172.30.0.10"


class Wiring(Enum):
    """How pods hang on a node: OVN-Kubernetes, or a plain Linux bridge with kube-proxy."""

    OVN = "ovn"
    BRIDGE = "bridge"


class Era(Enum):
    """Which EgressFirewall controller runs: OpenShift up to 4.20, or upstream since 2025-10-23.

    Source: ovn-kubernetes ecabc89d7 (2025-10-23).
    """

    BEFORE_2025_10 = "before 2025-10"
    AFTER_2025_10 = "after 2025-10"


@dataclass(frozen=True)
class Settings:
    """The networks of the cluster, and which OVN-Kubernetes it runs."""

    pod_networks: tuple[str, ...] = POD_NETWORKS
    cluster_dns: str = CLUSTER_DNS
    era: Era = Era.BEFORE_2025_10
    wiring: Wiring = Wiring.OVN


def like(address: str, addresses: Iterable[str]) -> str:
    """The first of the addresses that is of the same IP family; empty without one."""
    return next((each for each in addresses if (":" in each) is (":" in address)), "")


@dataclass(frozen=True)
class Node:
    """A machine of the cluster; `pod_network` is its slice (10.129.0.0/23) of the whole.

    On a dual-stack cluster `address` is the one of the first family, which tunnels use.
    """

    name: str
    address: str
    pod_network: str
    labels: Mapping[str, str] = field(default_factory=dict)
    uplink: str = "enp1s0"
    other_addresses: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *self.other_addresses)


@dataclass(frozen=True)
class Endpoint:
    """A pod's place in the network. One without a name is a process Kubernetes knows nothing of.

    `address` of a host-network pod is its node's. A pod without a controller owns itself:
    owner_kind "Pod", owner_name its own name, as flowlogs-pipeline writes.
    """

    namespace: str
    name: str
    address: str
    node: str
    host_network: bool = False
    owner_kind: str = "Pod"
    owner_name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    uid: str = ""
    other_addresses: tuple[str, ...] = ()
    network: str = ""
    """The primary user-defined network, as flows name it; `address` is the one there. Empty for
    the cluster's default network, which such a pod keeps among its other addresses."""

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *self.other_addresses)

    @property
    def id(self) -> str:
        return self.uid or f"{self.namespace}/{self.name}/{self.address}"


@dataclass(frozen=True)
class ServicePort:
    """One port of a Service; `target_port` is the number that backends listen on."""

    name: str
    protocol: str
    port: int
    target_port: int


@dataclass(frozen=True)
class Service:
    """A ClusterIP and the addresses of the ready backends behind it, one for each backend.

    `other_ips` are ClusterIPs of the other family, behind which the same backends are.
    """

    namespace: str
    name: str
    cluster_ip: str
    ports: tuple[ServicePort, ...] = ()
    backends: tuple[str, ...] = ()
    other_ips: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """None for a headless one, which has a name only."""
        return tuple(ip for ip in (self.cluster_ip, *self.other_ips) if ip not in ("", "None"))


@dataclass(frozen=True)
class External:
    """A host outside the cluster: HTTP on tcp_ports (TLS on 443), an echo on udp_ports.

    `pages` are texts by path, beside the greeting that every other path gets.
    """

    address: str
    names: tuple[str, ...] = ()
    tcp_ports: tuple[int, ...] = (80, 443)
    udp_ports: tuple[int, ...] = ()
    delay: float = 0.004
    pages: Mapping[str, str] = field(default_factory=dict)
    other_addresses: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *self.other_addresses)


@dataclass(frozen=True)
class Container:
    """What a container runs: `argv` is the whole command line, `files` the mounted ones by path.

    `host_paths` are folders of the node by the path under which the container has them.
    """

    image: str
    argv: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    privileged: bool = False
    host_paths: Mapping[str, str] = field(default_factory=dict)
