"""What pods and nodes use, from metrics.k8s.io: one sample a scrape, in cores and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kubernetes.utils.quantity import parse_quantity

from kit.cluster import Cluster
from kit.probe import epoch
from kit.quantity import go_seconds
from kit.verdict import Inconclusive

METRICS_API = "metrics.k8s.io/v1beta1"


@dataclass(frozen=True)
class Sample:
    """Cores on average over the `window` seconds that end at `at`; bytes of working set then."""

    name: str
    at: float
    window: float
    cores: float
    memory: float


@dataclass(frozen=True)
class Usage:
    """Reads samples; Inconclusive on a cluster that has no metrics.k8s.io."""

    cluster: Cluster

    def pods(self, namespace: str) -> list[Sample]:
        self._require("PodMetrics")
        found = self.cluster.list(METRICS_API, "PodMetrics", namespace)
        return [_sample(item, [each["usage"] for each in item["containers"]]) for item in found]

    def nodes(self) -> list[Sample]:
        self._require("NodeMetrics")
        found = self.cluster.list(METRICS_API, "NodeMetrics")
        return [_sample(item, [item["usage"]]) for item in found]

    def _require(self, kind: str) -> None:
        if not self.cluster.serves(METRICS_API, kind):
            raise Inconclusive(
                f"the API server does not serve {METRICS_API}: install metrics-server to measure "
                "what pods and nodes use"
            )


def amount(text: object) -> float:
    """A Kubernetes quantity such as 100m, 800Mi or 12345n as a plain number."""
    return float(parse_quantity(str(text)))


def _sample(item: Mapping[str, Any], usages: list[Mapping[str, Any]]) -> Sample:
    return Sample(
        name=str(item["metadata"]["name"]),
        at=epoch(item["timestamp"]),
        window=go_seconds(str(item["window"])),
        cores=sum(amount(each["cpu"]) for each in usages),
        memory=sum(amount(each["memory"]) for each in usages),
    )
