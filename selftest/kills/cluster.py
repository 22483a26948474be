"""A simulated cluster in a process of its own, as `make simulate` serves it, seen from outside."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.upstream import FLOW_COLLECTOR_API, FLOW_COLLECTOR_NAME, OVN_API, POLICY_API
from kit.cluster import Cluster
from kit.kubeconfig import load
from kit.lease import LEASE_API
from kit.memory import NAME

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN = 60.0
KINDS = (
    ("v1", "Namespace"),
    (OVN_API, "EgressIP"),
    (OVN_API, "ClusterUserDefinedNetwork"),
    (POLICY_API, "AdminNetworkPolicy"),
    (LEASE_API, "Lease"),
    ("v1", "ConfigMap"),
    ("v1", "Pod"),
)
"""Compared by name, whoever made them: this cluster has no other user."""


@dataclass
class Served:
    """Its kubeconfig, and what it was before anybody came."""

    kubeconfig: Path
    cluster: Cluster
    before: dict[str, Any] = field(default_factory=dict)

    def look(self) -> dict[str, Any]:
        """All that a run may change: names by kind, labels by node, the FlowCollector's spec."""
        collector = self.cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME)
        found: dict[str, Any] = {kind: self._names(api, kind) for api, kind in KINDS}
        nodes = self.cluster.list("v1", "Node")
        found["labels"] = {
            node["metadata"]["name"]: node["metadata"].get("labels") for node in nodes
        }
        return found | {"FlowCollector": (collector or {}).get("spec")}

    def _names(self, api: str, kind: str) -> list[str]:
        """Pods of the collector come and go with each rollout; what is ours carries our name."""
        metadata = [item["metadata"] for item in self.cluster.list(api, kind)]
        names = [f"{each.get('namespace', '')}/{each['name']}" for each in metadata]
        ours = kind == "Pod"
        return sorted(name for name in names if not ours or "flow-conformance" in name)

    def differences(self) -> list[str]:
        now = self.look()
        return [
            f"{what}: was {self.before[what]!r}, is {now[what]!r}"
            for what in now
            if now[what] != self.before[what]
        ]

    def remembers(self) -> bool:
        return any(NAME in name for name in self._names(LEASE_API, "Lease"))


@contextmanager
def served(directory: Path, seed: int) -> Iterator[Served]:
    command = [sys.executable, "-m", "simulation", "--directory", str(directory)]
    process = subprocess.Popen(
        [*command, "--seed", str(seed)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        kubeconfig = _await(directory / "kubeconfig", process)
        found = Served(kubeconfig, Cluster(load(kubeconfig)))
        found.before = found.look()
        yield found
    finally:
        process.terminate()
        process.wait(20)


def _await(kubeconfig: Path, process: subprocess.Popen[str]) -> Path:
    """Its first line says that it is up."""
    began = time.monotonic()
    assert process.stdout is not None
    line = process.stdout.readline()
    if "is up" not in line or not kubeconfig.is_file():
        raise RuntimeError(f"no simulated cluster after {time.monotonic() - began:.0f} s: {line!r}")
    return kubeconfig
