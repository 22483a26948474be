"""What the suite does on a cluster: the objects it makes or changes, and the rights it needs.

`tags` are those of the scenarios that need it. Server-side apply asks for `patch`, and for `create`
where the object is new.
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
    """Something that the suite does, and with which rights; without tags every run does it."""

    objects: str
    rights: tuple[Right, ...]
    tags: tuple[str, ...] = ()


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
            Right((*MAKE, "delete"), "coordination.k8s.io", "leases"),
            Right((*MAKE, "list", "delete"), "", "configmaps"),
        ),
    ),
    Doing(
        "created: namespaces of the run, with servers (Deployments, Services) and clients (Pods)",
        (
            Right((*MAKE, "list", "delete"), "", "namespaces"),
            Right(("create", *READ), "", "pods"),
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
        "read: what the platform is and offers, and what an earlier run may have left behind",
        (
            *(
                Right(("get",), "config.openshift.io", kind)
                for kind in (
                    *("clusterversions", "featuregates", "infrastructures"),
                    *("networks", "proxies"),
                )
            ),
            Right(("get",), "operator.openshift.io", "networks"),
            Right(("list",), "operators.coreos.com", "clusterserviceversions"),
            Right(("list",), OVN, "clusteruserdefinednetworks"),
            Right(("list",), OVN, "egressips"),
            Right(("list",), POLICY, "adminnetworkpolicies"),
        ),
    ),
    Doing(
        "read: the agents' counters, through the API server's proxy",
        (Right(("get",), "", "pods/proxy"),),
        ("story.flow_filter",),
    ),
    Doing(
        "read: samples of metrics.k8s.io and the agents' own metrics, while clients connect",
        (
            Right(("list",), "metrics.k8s.io", "pods"),
            Right(("list",), "metrics.k8s.io", "nodes"),
            Right(("get",), "", "pods/proxy"),
            Right(("delete",), "", "pods"),
        ),
        ("budget",),
    ),
    Doing(
        "created: EgressFirewalls in namespaces of the run, and responders on the nodes' addresses",
        (
            Right((*MAKE, "delete"), OVN, "egressfirewalls"),
            Right(("create", "patch"), "rbac.authorization.k8s.io", "rolebindings"),
            Right(("delete",), "", "pods"),
        ),
        ("needs.egress_firewall",),
    ),
    Doing(
        "created: the updater of the Google block list, with a CronJob, its Jobs and their rights",
        (
            Right(("create", "patch"), "", "serviceaccounts"),
            Right(("create", "patch"), "rbac.authorization.k8s.io", "roles"),
            Right(("create", "patch"), "batch", "cronjobs"),
            Right(("create",), "batch", "jobs"),
            Right(("create",), "authorization.k8s.io", "subjectaccessreviews"),
        ),
        ("story.google_block_list",),
    ),
    Doing(
        "created: EgressIPs; changed: a label on one or two nodes, given back at the end",
        (
            Right((*MAKE, "delete"), OVN, "egressips"),
            Right(("patch",), "", "nodes"),
            Right(("list",), "", "events"),
        ),
        ("needs.egress_ip",),
    ),
    Doing(
        "created: NetworkPolicies in namespaces of the run",
        (Right(("create", "patch"), "networking.k8s.io", "networkpolicies"),),
        ("packet_drops", "network_events"),
    ),
    Doing(
        "created: an AdminNetworkPolicy about a namespace of the run",
        (Right(("create", "patch", "delete"), POLICY, "adminnetworkpolicies"),),
        ("needs.admin_network_policy",),
    ),
    Doing(
        "created: user-defined networks for namespaces of the run",
        (
            Right(MAKE, OVN, "userdefinednetworks"),
            Right((*MAKE, "delete"), OVN, "clusteruserdefinednetworks"),
        ),
        ("udn_mapping", "needs.user_defined_networks"),
    ),
)
