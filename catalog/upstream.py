"""Names of upstream objects: API groups, workloads, containers and labels of labels."""

from __future__ import annotations

FLOW_COLLECTOR_API = "flows.netobserv.io/v1beta2"
FLOW_COLLECTOR_CRD = "flowcollectors.flows.netobserv.io"
FLOW_COLLECTOR_NAME = "cluster"
DEFAULT_NAMESPACE = "netobserv"
PRIVILEGED_SUFFIX = "-privileged"
AGENT_DAEMONSET = "netobserv-ebpf-agent"
PIPELINE_WORKLOAD = "flowlogs-pipeline"
PLUGIN_DEPLOYMENT = "netobserv-plugin"
DEMO_LOKI = "loki"

MONITORING_API = "monitoring.coreos.com/v1"
LOKISTACK_API = "loki.grafana.com/v1"

OVN_API = "k8s.ovn.org/v1"
EGRESS_FIREWALL_NAME = "default"
EGRESS_FIREWALL_APPLIED = "EgressFirewall Rules applied"
EGRESS_FIREWALL_NOT_APPLIED = "EgressFirewall Rules not correctly applied"
OVN_NAMESPACE = "openshift-ovn-kubernetes"
OVN_NAMESPACES = (OVN_NAMESPACE, "ovn-kubernetes")

POLICY_API = "policy.networking.k8s.io/v1alpha1"
OBSERVABILITY_GATE = "OVNObservability"
PSA_LABEL = "pod-security.kubernetes.io/enforce"

INFRA_NAMESPACE_PREFIXES = ("netobserv", "openshift")
"""Flows of namespaces that begin so are K8S_FlowLayer=infra: test namespaces must not."""

DEFAULT_SAMPLING = 50
DEFAULT_CACHE_ACTIVE_TIMEOUT = "15s"
DEFAULT_CACHE_MAX_FLOWS = 120_000
DEFAULT_WRITE_BATCH_WAIT = "1s"

EGRESS_ASSIGNABLE_LABEL = "k8s.ovn.org/egress-assignable"
HOST_CIDRS_ANNOTATION = "k8s.ovn.org/host-cidrs"
NODE_SUBNETS_ANNOTATION = "k8s.ovn.org/node-subnets"
CLOUD_EGRESS_ANNOTATION = "cloud.network.openshift.io/egress-ipconfig"

SETTINGS_NAMESPACE, SETTINGS_NAME = "kube-public", "netobserv-egress-conformance"
"""The ConfigMap in which a cluster's owner says what the suite cannot find out by itself."""

CLOCK_EXTENSION = "clock"
"""Kubeconfig extension of a cluster with a fast clock: `speed`, its seconds in one of ours."""

FOREIGN_MANAGERS = {
    "cluster-network-operator": "the Cluster Network Operator",
    "argocd": "Argo CD",
    "argoproj.io": "Argo CD",
    "fluxcd.io": "Flux",
    "kustomize-controller": "Flux",
    "open-cluster-management": "Advanced Cluster Management",
}
"""Marks (labels, annotations, field managers) of objects that somebody else keeps as they are."""
