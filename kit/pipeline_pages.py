"""flowlogs-pipeline's own /metrics pages, pod by pod: what it has sent to Loki.

Source: flowlogs-pipeline 1.12, docs/operational-metrics.md, and its Loki client's metrics.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kit.cluster import Cluster
from kit.errors import InfrastructureError
from kit.exposition import Page

PORT = 9401
SENT = "netobserv_loki_sent_bytes_total"


@dataclass(frozen=True)
class PipelinePages:
    """Its page is served over TLS where the service CA signs it, in plain elsewhere."""

    cluster: Cluster
    flow_collector: Mapping[str, Any]

    def bytes_sent(self, namespace: str, pods: Iterable[str]) -> float | None:
        """To Loki since the pods started; None where a page cannot be read or does not tell."""
        pages = [self._page(namespace, pod) for pod in pods]
        if not pages or not all(page is not None and page.has(SENT) for page in pages):
            return None
        return sum(page.total(SENT) for page in pages if page is not None)

    def _page(self, namespace: str, pod: str) -> Page | None:
        metrics = self.flow_collector["spec"].get("processor", {}).get("metrics", {})
        server = metrics.get("server", {})
        port = int(server.get("port") or PORT)
        secure = server.get("tls", {}).get("type", "Disabled") != "Disabled"
        for scheme in ("https:", "") if secure else ("", "https:"):
            try:
                reply = self.cluster.proxy_get(
                    namespace, f"{scheme}{pod}", port, "metrics", through="pods"
                )
            except InfrastructureError:
                continue
            if reply.status == 200:
                return Page(reply.body)
        return None
