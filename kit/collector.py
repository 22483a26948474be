"""The FlowCollector: borrowed, set to what scenarios need, awaited, and given back as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.upstream import (
    AGENT_DAEMONSET,
    DEFAULT_NAMESPACE,
    FLOW_COLLECTOR_API,
    FLOW_COLLECTOR_NAME,
    PRIVILEGED_SUFFIX,
)
from kit.cluster import Cluster
from kit.configuration import Configuration
from kit.patience import COLLECTOR_ROLLED_OUT
from kit.pipeline import Pipeline, pipeline
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting
from kit.workloads import rolled_out

Object = Mapping[str, Any]


@dataclass
class Collector:
    """The cluster's one FlowCollector. `rollouts` counts how often its agents were changed."""

    cluster: Cluster
    waiting: Waiting
    rollouts: int = field(default=0, init=False)

    def read(self) -> dict[str, Any]:
        """The live object; Inconclusive without one."""
        return find_flow_collector(self.cluster)

    def pipeline(self) -> Pipeline:
        return pipeline(self.read())

    def use(self, configuration: Configuration) -> None:
        """Set what differs and wait until every agent runs it, whatever the conditions say."""
        live = self.read()
        if not _holds(live["spec"], configuration.spec()):
            self.cluster.apply(
                {
                    "apiVersion": FLOW_COLLECTOR_API,
                    "kind": "FlowCollector",
                    "metadata": {"name": FLOW_COLLECTOR_NAME},
                    "spec": configuration.spec(),
                }
            )
            self.rollouts += 1
        self._await(configuration)

    def _await(self, configuration: Configuration) -> None:
        try:
            self.waiting.eventually(
                self._agents,
                lambda agents: _run(configuration, *agents),
                within=COLLECTOR_ROLLED_OUT,
                what=f"the agents collect {configuration.said()}",
            )
        except Unmet as late:
            raise Inconclusive(late.because) from None

    def _agents(self) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        namespace = agent_namespace(self.read())
        daemonset = self.cluster.get("apps/v1", "DaemonSet", AGENT_DAEMONSET, namespace)
        pods = self.cluster.list("v1", "Pod", namespace, selector=f"app={AGENT_DAEMONSET}")
        return daemonset, pods


def find_flow_collector(cluster: Cluster) -> dict[str, Any]:
    """The FlowCollector that the operator reconciles; Inconclusive with what is there instead."""
    if not cluster.serves(FLOW_COLLECTOR_API, "FlowCollector"):
        raise Inconclusive(
            f"the API server does not serve {FLOW_COLLECTOR_API}: install the Network "
            "Observability Operator, then create a FlowCollector named cluster"
        )
    found = cluster.get(FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME)
    if found is not None:
        found.setdefault("spec", {})
        return dict(found)
    others = cluster.list(FLOW_COLLECTOR_API, "FlowCollector")
    names = ", ".join(sorted(other["metadata"]["name"] for other in others))
    told = f"only {names}, which the operator ignores" if names else "none at all"
    raise Inconclusive(
        f"the cluster has no FlowCollector named {FLOW_COLLECTOR_NAME} ({told}): create it first"
    )


def agent_namespace(flow_collector: Object) -> str:
    namespace = flow_collector["spec"].get("namespace", DEFAULT_NAMESPACE)
    return f"{namespace}{PRIVILEGED_SUFFIX}"


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


def _run(
    configuration: Configuration, daemonset: Object | None, pods: list[dict[str, Any]]
) -> Verdict:
    """The DaemonSet, its rollout and each pod show it: the condition Ready proves nothing."""
    if daemonset is None:
        return unmet(f"there is no DaemonSet {AGENT_DAEMONSET}")
    if not configuration.is_shown_by(_environment(daemonset["spec"]["template"])):
        return unmet(f"the DaemonSet {AGENT_DAEMONSET} does not ask for it yet")
    rolled = rolled_out(daemonset)
    if not rolled.met:
        return rolled
    stale = [
        str(pod["metadata"]["name"])
        for pod in pods
        if not configuration.is_shown_by(_environment(pod))
    ]
    if stale or not pods:
        return unmet(
            f"agents still run another configuration: {', '.join(stale) or 'none is there'}"
        )
    return met(f"{len(pods)} agents run it")


def _environment(pod: Object) -> dict[str, str]:
    containers = pod["spec"]["containers"]
    return {entry["name"]: entry.get("value", "") for entry in containers[0].get("env", ())}


def _holds(spec: object, part: object) -> bool:
    if isinstance(part, Mapping) and isinstance(spec, Mapping):
        return all(
            _holds(spec[key], value) if key in spec else _is_off(value)
            for key, value in part.items()
        )
    if isinstance(part, list) and isinstance(spec, list):
        return sorted(map(_plain, spec)) == sorted(map(_plain, part))
    return spec == part


def _is_off(value: object) -> bool:
    """What nobody mentions is off anyhow."""
    return all(map(_is_off, value.values())) if isinstance(value, Mapping) else not value


def _plain(item: object) -> str:
    """Comparable, whatever the order in which the API server tells the fields of an object."""
    return json.dumps(item, sort_keys=True)
