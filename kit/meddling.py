"""Somebody else at the FlowCollector while it is on loan: noticed, named, and left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.upstream import FLOW_COLLECTOR_API, FLOW_COLLECTOR_NAME
from kit.cluster import SUITE, Cluster
from kit.verdict import Inconclusive

Object = Mapping[str, Any]


def present(cluster: Cluster) -> dict[str, Any]:
    """The live object of a run that has seen it before."""
    live = cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME)
    if live is None or live["metadata"].get("deletionTimestamp"):
        raise Inconclusive(
            "somebody deleted the FlowCollector during the run: it comes back as it was when the "
            "run ends; run again when nobody else is at work"
        )
    live.setdefault("spec", {})
    return dict(live)


def untouched(cluster: Cluster, left: Object) -> dict[str, Any]:
    """The live object, whose spec is the one that the run has left; else Inconclusive says who."""
    live = present(cluster)
    if live["spec"] != left:
        raise Inconclusive(
            f"{_editor(live)} changed the FlowCollector during the run, and that edit stays: "
            f"{differences(left, live['spec'])}; run again when nobody else is at work"
        )
    return live


def differences(wanted: object, found: object, path: str = "spec") -> str:
    """The paths at which two objects differ, in a sentence."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        inner = [
            differences(wanted.get(key), found.get(key), f"{path}.{key}")
            for key in sorted({*wanted, *found})
            if wanted.get(key) != found.get(key)
        ]
        return "; ".join(inner)
    return f"{path} is {found!r} instead of {wanted!r}"


def _editor(flow_collector: Object) -> str:
    """Whoever wrote last to anything but the status, as the API server noted it."""
    writers = [
        (str(entry.get("time", "")), str(entry["manager"]))
        for entry in flow_collector["metadata"].get("managedFields", ())
        if entry.get("manager") != SUITE and entry.get("subresource") != "status"
    ]
    return f"somebody ({max(writers)[1]})" if writers else "somebody"
