"""What a cluster may lack, in the words that a report uses."""

from __future__ import annotations

from enum import Enum


class Need(Enum):
    """A capability of the cluster that some scenarios stand on; the value says it in a sentence."""

    FLOW_COLLECTOR = "the Network Observability Operator with a FlowCollector named cluster"
    LOKI = "a Loki that stores flows and answers queries"
    EGRESS_FIREWALL = "OVN-Kubernetes with EgressFirewall (egressfirewalls.k8s.ovn.org)"
    API_SERVER_NAME = "a public name of the API server (Infrastructure of config.openshift.io)"
    SCTP = "nodes whose kernels speak SCTP"
    DUAL_STACK = "nodes and pods with IPv4 and IPv6 addresses"
    TWO_NODES = "two nodes that take ordinary pods"
    PRIVILEGED_AGENT = "agents that may run privileged"
    OVN_OBSERVABILITY = "OVN-Kubernetes observability (feature gate OVNObservability)"
    ADMIN_NETWORK_POLICY = "AdminNetworkPolicy (adminnetworkpolicies.policy.networking.k8s.io)"
    USER_DEFINED_NETWORKS = "OVN-Kubernetes user-defined networks (userdefinednetworks.k8s.ovn.org)"
    IPSEC = "OVN-Kubernetes IPsec in mode Full"
    EBPF_MANAGER = "the eBPF manager (bpfman.io), which the FlowCollector uses already"
    EGRESS_IP = "OVN-Kubernetes with EgressIP (egressips.k8s.ovn.org)"
    ECHO = "a host off the cluster that says who called it (agnhost netexec)"
    EGRESS_ADDRESS = "a free address of the nodes' network"
    NODES_TO_LABEL = "nodes that nobody else has labelled k8s.ovn.org/egress-assignable"
    INTERNET = "a way to the internet from pods"
    PRIVILEGED_PODS = "privileged pods of the suite's own, one a node (--allow-privileged)"
    METRICS = "metrics.k8s.io with samples of nodes and pods"

    AGENT_METRICS = "agents that serve metrics (spec.agent.ebpf.metrics)"
    CONSOLE_PLUGIN = "the console plugin (spec.consolePlugin.enable)"
    MONOLITHIC_LOKI = "one Loki that answers for itself (spec.loki.mode Monolithic)"
    LOKISTACK = "a LokiStack that keeps the flows (spec.loki.mode LokiStack)"
    PROMETHEUS = "a Prometheus that can be asked (spec.prometheus.querier, or --prometheus-url)"
    OWN_FLOW_COLLECTOR = "a FlowCollector that --install has made, and may take away"
    ALERT_RULES = "alert rules for Prometheus (prometheusrules.monitoring.coreos.com)"

    @property
    def tag(self) -> str:
        """The Gherkin tag that declares this need."""
        return "needs." + self.name.lower()


REMOVABLE = (
    *(Need.IPSEC, Need.USER_DEFINED_NETWORKS, Need.OVN_OBSERVABILITY),
    *(Need.DUAL_STACK, Need.TWO_NODES),
)
"""What a simulated cluster can be without, and still be judged."""

OFFLINE = (Need.INTERNET,)
"""What an air-gapped cluster is without."""

INSTALLABLE = (Need.FLOW_COLLECTOR, Need.LOKI)
"""What a simulated cluster can be without until `--install` brings it."""
