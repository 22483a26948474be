"""What the suite does on a cluster: the objects it makes or changes, and the rights it needs.

`tag` is a tag of the scenarios that need it; empty for what every run does.
"""

from __future__ import annotations

from dataclasses import dataclass

OVN = "k8s.ovn.org"
READ, MAKE = ("get", "list"), ("create", "get", "patch")
POLICY = "policy.networking.k8s.io"


@dataclass(frozen=True)
class Right:
    """Verbs on one resource; `group` is empty for the core group, `resource` may name a part."""

    verbs: tuple[str, ...]
    group: str
    resource: str

    def said(self) -> str:
        return f"{', '.join(self.verbs)} {self.resource}{self.group and '.' + self.group}"


@dataclass(frozen=True)
class Doing:
    """Something that the suite does, why, and with which rights."""

    objects: str
    rights: tuple[Right, ...]
    tag: str = ""


DOINGS = (
    Doing(
        "changed: FlowCollector cluster, in spec.agent.ebpf alone, and given back at the end",
        (
            Right(("get", "patch"), "flows.netobserv.io", "flowcollectors"),
            Right(("get",), "apiextensions.k8s.io", "customresourcedefinitions"),
        ),
    ),
    Doing(
        "created beside the collector: a Lease and a ConfigMap that remember whose it is",
        (
            Right(("create", "get", "patch", "delete"), "coordination.k8s.io", "leases"),
            Right((*MAKE, "list", "delete"), "", "configmaps"),
        ),
    ),
    Doing(
        "created: namespaces of the run, with servers (Deployments, Services) and clients (Pods)",
        (
            Right(("create", "get", "list", "patch", "delete"), "", "namespaces"),
            Right(("create", "get", "list"), "", "pods"),
            Right(("get",), "", "pods/log"),
            Right(MAKE, "apps", "deployments"),
            Right(MAKE, "", "services"),
        ),
    ),
    Doing(
        "read: nodes, the agents' DaemonSet and pods, Loki through the API server's proxy",
        (
            Right(("list",), "", "nodes"),
            Right(("get",), "apps", "daemonsets"),
            Right(("get",), "", "services/proxy"),
        ),
    ),
    Doing(
        "read: the agents' counters, through the API server's proxy",
        (Right(("get",), "", "pods/proxy"),),
        "story.flow_filter",
    ),
    Doing(
        "created: EgressFirewalls in namespaces of the run, and responders on the nodes' addresses",
        (
            Right((*MAKE, "delete"), OVN, "egressfirewalls"),
            Right(MAKE, "rbac.authorization.k8s.io", "rolebindings"),
        ),
        "needs.egress_firewall",
    ),
    Doing(
        "created: NetworkPolicies in namespaces of the run",
        (Right((*MAKE, "delete"), "networking.k8s.io", "networkpolicies"),),
        "packet_drops",
    ),
    Doing(
        "created: UserDefinedNetworks in namespaces of the run",
        (Right((*MAKE, "delete"), OVN, "userdefinednetworks"),),
        "needs.user_defined_networks",
    ),
)
