"""What the operator tells flowlogs-pipeline through its ConfigMap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog import fields
from catalog.upstream import DEFAULT_NAMESPACE
from simulation.world.nouns import MACHINE_NETWORKS, POD_NETWORKS, SERVICE_NETWORKS

OPENSHIFT_SUBNETS: Mapping[str, tuple[str, ...]] = {
    "Machines": MACHINE_NETWORKS,
    "Pods": (*POD_NETWORKS, "100.64.0.0/16", "100.88.0.0/16"),
    "Services": (*SERVICE_NETWORKS, "169.254.0.0/17"),
}
"""What `subnetLabels.openShiftAutoDetect` finds. Source: operator 1.11, detect_subnets.go."""

_CONVERSATIONS = frozenset({"_RecordType", "K8S_ClusterName", "SrcK8S_Zone", "DstK8S_Zone"})


@dataclass(frozen=True)
class PipelineConfig:
    """One flowlogs-pipeline's configuration; the defaults are the operator's on OpenShift."""

    namespace: str = DEFAULT_NAMESPACE
    write_batch_wait: float = 1.0
    subnet_labels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: OPENSHIFT_SUBNETS)
    knows_networks: bool = True
    exclude_labels: frozenset[str] = frozenset()
    static_labels: Mapping[str, str] = field(
        default_factory=lambda: {"app": "netobserv-flowcollector"}
    )

    @property
    def labels(self) -> tuple[str, ...]:
        """The fields that become stream labels. Source: operator 1.11, loki-labels.json."""
        left_out = self.exclude_labels | _CONVERSATIONS
        return tuple(field.key for field in fields.LABELS if field.key not in left_out)
