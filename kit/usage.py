"""What pods and nodes use, from metrics.k8s.io: one sample a scrape, in cores and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kubernetes.utils.quantity import parse_quantity

from kit.cluster import Cluster
from kit.errors import Refused
from kit.probe import epoch
from kit.quantity import go_seconds
from kit.verdict import Inconclusive

METRICS_API, APISERVICE = "metrics.k8s.io/v1beta1", "v1beta1.metrics.k8s.io"
AWAY = 503


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
        found = self._list("PodMetrics", namespace)
        return [_sample(item, [each["usage"] for each in item["containers"]]) for item in found]

    def nodes(self) -> list[Sample]:
        return [_sample(item, [item["usage"]]) for item in self._list("NodeMetrics")]

    def _list(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """A group whose server is away answers 503, for its kinds as well as for their objects."""
        try:
            if not self.cluster.serves(METRICS_API, kind):
                raise Inconclusive(
                    f"the API server does not serve {METRICS_API}: install metrics-server to "
                    "measure what pods and nodes use"
                )
            return self.cluster.list(METRICS_API, kind, namespace)
        except Refused as refused:
            if refused.code != AWAY:
                raise
            raise Inconclusive(
                f"metrics-server does not answer ({refused.said}): see kubectl describe apiservice "
                f"{APISERVICE}"
            ) from None


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
