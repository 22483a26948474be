"""What the suite does on a cluster: the objects it makes or changes, and the rights it needs.

`tags` are those of the scenarios that need it. Server-side apply asks for `patch`, and for `create`
where the object is new. manifests/runner-rbac grants exactly these, profile by profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

OVN = "k8s.ovn.org"
READ, MAKE = ("get", "list"), ("create", "get", "patch")
POLICY = "policy.networking.k8s.io"
RBAC, LEASES = "rbac.authorization.k8s.io", "coordination.k8s.io"
LOAN = "netobserv-egress-conformance"
"""The name of the Lease and of the ConfigMap that remember whose the FlowCollector is."""
HOST_NETWORK = "system:openshift:scc:hostnetwork-v2"
PRIVILEGED = "system:openshift:scc:privileged"
PRIVILEGED_PODS = "needs.privileged_pods"
"""The tag of what runs with --allow-privileged alone; no profile's role grants its rights."""

REMOVAL, INSTALLED = "removal", "netobserv-egress-conformance-installed"
"""The tag of what takes our FlowCollector away; the ConfigMap of what --install has made."""


class Where(Enum):
    """In which namespaces a right has to hold; the run's own have names that nobody knows before.

    Roles cannot name namespaces by a prefix, so that what is needed there is needed everywhere.
    """

    EVERYWHERE = "the whole cluster"
    COLLECTOR = "the FlowCollector's namespace"
    AGENTS = "the namespace of the agents"
    SETTINGS = "kube-public"
    LOKI = "Loki's namespace"
    MONITORING = "openshift-monitoring"


@dataclass(frozen=True)
class Right:
    """Verbs on one resource; `group` is empty for the core group, `resource` may name a part.

    `names` limit it to objects of these names, which the verbs `create` and `list` do not know.
    """

    verbs: tuple[str, ...]
    group: str
    resource: str
    where: Where = Where.EVERYWHERE
    names: tuple[str, ...] = ()

    def said(self) -> str:
        named = f" {', '.join(self.names)}" if self.names else ""
        place = "" if self.where is Where.EVERYWHERE else f" in {self.where.value}"
        group = self.group and f".{self.group}"
        return f"{', '.join(self.verbs)} {self.resource}{group}{named}{place}"


@dataclass(frozen=True)
class Doing:
    """Something that the suite does, and with which rights; without tags every run does it."""

    objects: str
    rights: tuple[Right, ...]
    tags: tuple[str, ...] = ()


_LOOKED_AT = (
    Right(("get",), "apiextensions.k8s.io", "customresourcedefinitions"),
    Right(("list",), "", "nodes"),
    Right(("get", "list"), "", "namespaces"),
    Right(("get",), "", "configmaps", Where.SETTINGS, (LOAN,)),
    Right(("get",), "", "services/proxy", Where.COLLECTOR),
    Right(("get",), "config.openshift.io", "clusterversions"),
    Right(("get",), "config.openshift.io", "featuregates"),
    Right(("get",), "config.openshift.io", "infrastructures"),
    Right(("get",), "config.openshift.io", "networks"),
    Right(("get",), "config.openshift.io", "proxies"),
    Right(("get",), "operator.openshift.io", "networks"),
    Right(("list",), "operators.coreos.com", "clusterserviceversions"),
    Right(("list",), OVN, "clusteruserdefinednetworks"),
    Right(("list",), OVN, "egressips"),
    Right(("list",), POLICY, "adminnetworkpolicies"),
)

OBSERVING = (
    Doing(
        "read: the FlowCollector, nodes, Loki through the API server's proxy; nothing is changed",
        (
            Right(("get",), "flows.netobserv.io", "flowcollectors", names=("cluster",)),
            *_LOOKED_AT,
        ),
    ),
)
"""What --observe needs, whatever is selected."""

DOINGS = (
    Doing(
        "changed: FlowCollector cluster, in spec.agent.ebpf alone, and given back at the end",
        (Right(("get", "patch"), "flows.netobserv.io", "flowcollectors", names=("cluster",)),),
    ),
    Doing(
        "created beside the collector: a Lease and a ConfigMap that remember whose it is",
        (
            Right(("create",), LEASES, "leases", Where.COLLECTOR),
            Right(("get", "patch", "delete"), LEASES, "leases", Where.COLLECTOR, (LOAN,)),
            Right(("create",), "", "configmaps", Where.COLLECTOR),
            Right(("get", "patch", "delete"), "", "configmaps", Where.COLLECTOR, (LOAN,)),
        ),
    ),
    Doing(
        "created: namespaces of the run, with servers (Deployments, Services) and clients (Pods)",
        (
            Right(("create", "patch", "delete"), "", "namespaces"),
            Right(("create", *READ), "", "pods"),
            Right(("get",), "", "pods/log"),
            Right(MAKE, "apps", "deployments"),
            Right(MAKE, "", "services"),
            Right(("create", "patch"), "", "configmaps"),
        ),
    ),
    Doing(
        "read: what the platform is and offers, nodes, the agents' DaemonSet, Loki through the "
        "API server's proxy, and what an earlier run may have left behind",
        (Right(("get",), "apps", "daemonsets", Where.AGENTS), *_LOOKED_AT),
    ),
    Doing(
        "read: the agents' counters, through the API server's proxy",
        (Right(("get",), "", "pods/proxy", Where.AGENTS),),
        ("story.flow_filter",),
    ),
    Doing(
        "read: the parts of the pipeline, their counters and alert rules",
        (
            Right(("get",), "", "pods/proxy", Where.AGENTS),
            Right(("get",), "", "pods/proxy", Where.COLLECTOR),
            Right(("get",), "apps", "daemonsets", Where.COLLECTOR),
            Right(("list",), "monitoring.coreos.com", "prometheusrules", Where.AGENTS),
            Right(("list",), "monitoring.coreos.com", "prometheusrules", Where.COLLECTOR),
        ),
        ("story.pipeline_health",),
    ),
    Doing(
        "read: the LokiStack that keeps the flows, its pods, and which keys its Secret has",
        (
            Right(("get",), "loki.grafana.com", "lokistacks", Where.COLLECTOR),
            Right(("get",), "", "secrets", Where.COLLECTOR),
        ),
        ("needs.lokistack",),
    ),
    Doing(
        "read: the Prometheus that the FlowCollector names, wherever it is",
        (Right(("get",), "", "services/proxy"),),
        ("needs.prometheus",),
    ),
    Doing(
        "read: samples of metrics.k8s.io and the agents' own metrics, while clients connect",
        (
            Right(("list",), "metrics.k8s.io", "pods"),
            Right(("list",), "metrics.k8s.io", "nodes"),
            Right(("get",), "", "pods/proxy", Where.AGENTS),
            Right(("get",), "", "pods/proxy", Where.COLLECTOR),
            Right(("delete",), "", "pods"),
        ),
        ("budget",),
    ),
    Doing(
        "created: one privileged pod a node for each configuration, alone in a namespace",
        (
            Right(("create", *READ, "delete"), "", "pods"),
            Right(("get",), "", "nodes"),
            Right(("create", "patch"), RBAC, "rolebindings"),
            Right(("bind",), RBAC, "clusterroles", names=(PRIVILEGED,)),
        ),
        (PRIVILEGED_PODS,),
    ),
    Doing(
        "removed and made again: a FlowCollector that --install has made",
        (
            Right(("create", "delete"), "flows.netobserv.io", "flowcollectors"),
            Right(("get", "patch"), "", "configmaps", Where.SETTINGS, (INSTALLED,)),
        ),
        (REMOVAL,),
    ),
    Doing(
        "created: EgressFirewalls in namespaces of the run, and responders on the nodes' addresses",
        (
            Right((*MAKE, "delete"), OVN, "egressfirewalls"),
            Right(("create", "patch"), RBAC, "rolebindings"),
            Right(("bind",), RBAC, "clusterroles", names=(HOST_NETWORK,)),
        ),
        ("needs.egress_firewall",),
    ),
    Doing(
        "stopped: clients that connect again and again while the rules change",
        (Right(("delete",), "", "pods"),),
        ("story.firewall_updates",),
    ),
    Doing(
        "created: the updater of the Google block list, with a CronJob, its Jobs and their rights",
        (
            Right(("create", "patch"), "", "serviceaccounts"),
            Right(("create", "patch"), RBAC, "roles"),
            Right(("create", "patch"), "networking.k8s.io", "networkpolicies"),
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


def doings(tags: set[str]) -> tuple[Doing, ...]:
    """What scenarios with these tags do."""
    return tuple(doing for doing in DOINGS if not doing.tags or tags & {*doing.tags})
