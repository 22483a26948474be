"""The FlowCollector: borrowed, set to what scenarios need, awaited, and given back as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from catalog.upstream import (
    DEFAULT_NAMESPACE,
    FLOW_COLLECTOR_API,
    FLOW_COLLECTOR_NAME,
    PRIVILEGED_SUFFIX,
)
from kit.agents import Agents
from kit.cluster import Cluster, Refused
from kit.configuration import Configuration
from kit.meddling import present, untouched
from kit.patience import COLLECTOR_ROLLED_OUT
from kit.pipeline import Pipeline, pipeline
from kit.verdict import Inconclusive, Unmet
from kit.wait import Waiting

Object = Mapping[str, Any]
ATTEMPTS = 10
"""How often to write again what the operator's own write of the status has made stale."""


def _forgotten(_spec: Object) -> None:
    """Whoever borrows nothing has nothing to remember."""


@dataclass(frozen=True)
class Manners:
    """Of a borrower: `remember` is told of each spec before it is written, `writing` is held while
    it is."""

    remember: Callable[[Object], None] = _forgotten
    writing: Callable[[], AbstractContextManager[object]] = nullcontext


CARELESS = Manners()


@dataclass
class Collector:
    """The cluster's one FlowCollector. `rollouts` counts how often its agents were changed.

    `left` is the spec as we have left it; None before there was anything to leave.
    """

    cluster: Cluster
    waiting: Waiting
    rollouts: int = field(default=0, init=False)
    left: Object | None = field(default=None, init=False)
    _seen: bool = field(default=False, init=False)

    def read(self) -> dict[str, Any]:
        """The live object; Inconclusive without one, or when it has gone since the last look."""
        live = present(self.cluster) if self._seen else find_flow_collector(self.cluster)
        self._seen = True
        return live

    def pipeline(self) -> Pipeline:
        return pipeline(self.read())

    def use(
        self,
        configuration: Configuration,
        left: Object | None = None,
        manners: Manners = CARELESS,
    ) -> None:
        """Set what differs and wait until every agent runs it, whatever the conditions say.

        `left` is the spec as the run has left it: any other is somebody's edit, is not written over
        and makes this Inconclusive.
        """
        self.left = left
        live = self.read() if left is None else untouched(self.cluster, left)
        self.left = live["spec"]
        if not _holds(self.left, configuration.spec()):
            with manners.writing():
                self.left = self._write(live, configuration, manners.remember)
            self.rollouts += 1
        self._await(configuration, self.left)

    def _write(
        self, live: Object, configuration: Configuration, remember: Callable[[Object], None]
    ) -> Object:
        """Asked for first, so that a refusal changes nothing; then over this very version alone."""
        wanted: dict[str, Any] = {
            "apiVersion": FLOW_COLLECTOR_API,
            "kind": "FlowCollector",
            "metadata": {"name": FLOW_COLLECTOR_NAME},
            "spec": configuration.spec(),
        }
        remember(self.cluster.apply(wanted, dry_run=True)["spec"])
        for _attempt in range(ATTEMPTS):
            if version := live["metadata"].get("resourceVersion"):
                wanted["metadata"]["resourceVersion"] = version
            try:
                spec: Object = self.cluster.apply(wanted)["spec"]
                return spec
            except Refused as refused:
                if refused.reason != "Conflict":
                    raise
            live = untouched(self.cluster, live["spec"])
        raise Inconclusive(
            f"the FlowCollector changed under each of {ATTEMPTS} writes: something writes to it "
            "all the time, see its managedFields"
        )

    def _await(self, configuration: Configuration, spec: Object) -> None:
        agents = Agents(self.cluster, configuration)
        try:
            self.waiting.eventually(
                lambda: agents.look(agent_namespace(untouched(self.cluster, spec))),
                agents.run_it,
                within=COLLECTOR_ROLLED_OUT,
                what=f"the agents collect {configuration.said()}",
            )
        except Unmet as late:
            raise Inconclusive(late.because) from None


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
