"""Which versions and images the pipeline is made of, for the reader of a report."""

from __future__ import annotations

from kit.cluster import Cluster
from kit.health.parts import Part, Parts
from kit.workloads import unfinished


def versions(cluster: Cluster, parts: Parts) -> dict[str, str]:
    """A sentence for each part, the FlowCollector and Loki; nothing is judged."""
    collector = parts.flow_collector
    metadata = collector["metadata"]
    found = {
        "FlowCollector": f"{collector.get('apiVersion', '?')}, generation "
        f"{metadata.get('generation', '?')}, resourceVersion {metadata.get('resourceVersion', '?')}"
    }
    found |= {part.name: _told(part) for part in parts.all()}
    return found | _loki(cluster, parts)


def _told(part: Part) -> str:
    metadata = (part.workload or {}).get("metadata", {})
    version = (metadata.get("labels") or {}).get("version", "without a label version")
    return (
        f"{part.where} {version}, generation {metadata.get('generation', '?')}, "
        f"image {', '.join(part.images()) or 'unknown'}"
    )


def _loki(cluster: Cluster, parts: Parts) -> dict[str, str]:
    """The demo Loki or one of the same labels, where it runs beside the collector."""
    pods = unfinished(cluster.list("v1", "Pod", parts.namespace, selector="app=loki"))
    images = sorted({str(c.get("image")) for pod in pods for c in pod["spec"]["containers"]})
    return {"Loki": f"image {', '.join(images)}"} if images else {}
