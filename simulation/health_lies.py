"""The lies about the health of the pipeline: made known, and told where pods are made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from catalog.health_faults import HEALTH_FAULTS
from catalog.upstream import AGENT_DAEMONSET, PIPELINE_WORKLOAD, PLUGIN_DEPLOYMENT
from simulation import faults
from simulation.faults import Faults

Json = dict[str, Any]

OLD_CACHE_MAX_FLOWS = "100000"
"""The default before operator 1.11."""
OTHER_TAG = "v1.10.0"
NOT_STARTED = "container create failed: no space left on device"


def make_known() -> None:
    for fault in HEALTH_FAULTS:
        if fault.name not in faults.known():
            faults.register(fault.name, fault.says)


def as_made(told: Faults, pod: Json, is_last: bool) -> None:
    """An agent's pod as it comes from a DaemonSet whose last pod is not what was asked for."""
    if not is_last or pod["metadata"]["labels"].get("app") != AGENT_DAEMONSET:
        return
    container = pod["spec"]["containers"][0]
    if told.active("one-agent-keeps-old-cache"):
        for entry in container["env"]:
            if entry["name"] == "CACHE_MAX_FLOWS":
                entry["value"] = OLD_CACHE_MAX_FLOWS
    if told.active("one-agent-of-another-image"):
        container["image"] = f"{container['image'].rpartition(':')[0]}:{OTHER_TAG}"


def spared(told: Faults, daemon_set: Json, nodes: Iterable[str]) -> set[str]:
    """The nodes of all that a DaemonSet which nobody has changed yet passes over."""
    metadata = daemon_set["metadata"]
    as_installed = metadata["name"] == AGENT_DAEMONSET and metadata.get("generation", 1) == 1
    missing = as_installed and told.active("agent-missing-after-installation")
    return {max(nodes)} if missing else set()


def hindered(told: Faults, pod: Json, first_of_its_kind: str) -> str:
    """Why this pod's containers never start; empty for all others."""
    app = (pod["metadata"].get("labels") or {}).get("app")
    if app == PLUGIN_DEPLOYMENT and told.active("plugin-down"):
        return NOT_STARTED
    one = app == PIPELINE_WORKLOAD and pod["metadata"]["name"] == first_of_its_kind
    return NOT_STARTED if one and told.active("one-replica-not-ready") else ""


make_known()
