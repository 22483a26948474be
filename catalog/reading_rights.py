"""The rights to read what wants to know who asks: a LokiStack, and the Prometheus of OpenShift.

Asked for only where a run goes there; manifests/runner-rbac/openshift grants them.
"""

from __future__ import annotations

from catalog.rights import Doing, Right, Where


def _forwarding(where: Where) -> tuple[Right, ...]:
    """To find a ready pod behind a Service, and to talk to it."""
    return (
        Right(("get",), "", "services", where),
        Right(("list",), "", "pods", where),
        Right(("create", "get"), "", "pods/portforward", where),
    )


LOKI_READER = Doing(
    "read: flows behind the gateway of a LokiStack, with the caller's own token",
    (Right(("get",), "loki.grafana.com", "network", names=("logs",)),),
)
LOKI_FORWARDED = Doing(
    "opened: a port-forward to Loki, since the API server's proxy strips tokens",
    (Right(("get",), "", "configmaps", Where.LOKI), *_forwarding(Where.LOKI)),
)
MONITORING_READER = Doing(
    "read: the Prometheus of OpenShift, over a port-forward with the caller's own token",
    (
        *_forwarding(Where.MONITORING),
        Right(("get",), "", "configmaps", Where.COLLECTOR),
        Right(("get",), "monitoring.coreos.com", "prometheuses/api", Where.MONITORING, ("k8s",)),
    ),
)
"""Source: cluster-monitoring-operator, assets/thanos-querier/kube-rbac-proxy-web-secret.yaml."""
