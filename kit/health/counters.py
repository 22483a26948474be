"""What agents and flowlogs-pipeline count of themselves, read from each of their pods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.flow_filter import METRICS_PORT
from catalog.pipeline import PIPELINE_METRICS_PORT
from kit.again import Attempts
from kit.asks import PASSING
from kit.cluster import Cluster
from kit.errors import InfrastructureError
from kit.exposition import Page
from kit.health.parts import AGENT, PIPELINE, Part, Parts
from kit.verdict import Inconclusive, Verdict, met, unmet
from kit.workloads import is_ready

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Counters:
    """One reading of a part: the page of each pod. `node_of` says where a pod runs."""

    part: str
    by_pod: Mapping[str, Page]
    node_of: Mapping[str, str] = field(default_factory=dict)

    def total(self, name: str) -> float:
        return sum(page.total(name) for page in self.by_pod.values())

    def of(self, pod: str, name: str) -> float:
        return self.by_pod[pod].total(name) if pod in self.by_pod else 0.0

    def since(self, before: Counters, name: str) -> float:
        """The growth of a counter; that of a pod which is new, or began anew, counts from 0."""
        grown = 0.0
        for pod in self.by_pod:
            now, then = self.of(pod, name), before.of(pod, name)
            grown += now - then if now >= then else now
        return grown


@dataclass(frozen=True)
class Reader:
    """Reads both ends' counters through the API server's proxy, pod by pod."""

    cluster: Cluster
    flow_collector: Object

    def read(self, part: str) -> Counters:
        """Inconclusive when there is no ready pod, or one of them does not tell."""
        parts = Parts(self.cluster, self.flow_collector)
        found = parts.agent() if part == AGENT else parts.pipeline()
        ready = {pod["metadata"]["name"]: pod for pod in found.pods if is_ready(pod)}
        place = self._place(part)
        pages = {name: self._of(pod, place, found) for name, pod in ready.items()}
        told = {name: page for name, page in pages.items() if page is not None}
        if not told:
            raise Inconclusive(f"{found.where} has no ready pod whose counters could be read")
        nodes = {name: str(ready[name]["spec"].get("nodeName")) for name in told}
        return Counters(part, told, nodes)

    def _of(self, pod: Object, place: tuple[str, int], part: Part) -> Page | None:
        """None for a pod that has gone since it was listed, and its counters with it."""
        metadata = pod["metadata"]
        where = f"the metrics of {part.name} {metadata['name']} on port {place[1]}"
        attempts = Attempts(speed=self.cluster.speed)
        while True:
            status, body = self._page(metadata, place)
            if status == 200:
                return Page(body)
            if self._is_gone(metadata):
                return None
            if status not in PASSING or not attempts.once_more():
                said = " ".join(body.split())[:200]
                raise Inconclusive(f"{where} cannot be read: HTTP {status} {said}")

    def _is_gone(self, metadata: Object) -> bool:
        now = self.cluster.get("v1", "Pod", metadata["name"], metadata["namespace"])
        return now is None or "deletionTimestamp" in now["metadata"]

    def _page(self, metadata: Object, place: tuple[str, int]) -> tuple[int, str]:
        """An answer that never came reads as one that says so."""
        scheme, port = place
        try:
            reply = self.cluster.proxy_get(
                metadata["namespace"],
                f"{scheme}{metadata['name']}",
                port,
                "metrics",
                through="pods",
            )
        except InfrastructureError as error:
            return 503, str(error)
        return reply.status, reply.body

    def _place(self, part: str) -> tuple[str, int]:
        """Scheme and port. Source: operator 1.11, flowcollector_types.go, metrics.server."""
        spec = self.flow_collector["spec"]
        agent = spec.get("agent", {}).get("ebpf", {})
        asked = (agent if part == AGENT else spec.get("processor", {})).get("metrics") or {}
        server = asked.get("server") or {}
        secure = (server.get("tls") or {}).get("type", "Disabled") != "Disabled"
        default = METRICS_PORT if part == AGENT else PIPELINE_METRICS_PORT
        return "https:" if secure else "", int(server.get("port") or default)


@dataclass(frozen=True)
class Wanted:
    """A counter of a part, and how much it must have grown at least."""

    part: str
    name: str
    least: float = 0.0


def row(cells: Sequence[str], *, amount: bool) -> Wanted:
    """`agents | netobserv_agent_evictions_total | 2`; ValueError with the words that are known."""
    known = {"agents": AGENT, "flowlogs-pipeline": PIPELINE}
    wanted = 3 if amount else 2
    if len(cells) != wanted:
        raise ValueError(f"a row has {wanted} cells, not {len(cells)}: {list(cells)}")
    if cells[0] not in known:
        raise ValueError(f"{cells[0]!r} is no part with counters: say {' or '.join(known)}")
    least = float(cells[2]) if amount else 0.0
    if amount and least <= 0:
        raise ValueError(f"{cells[1]} grows by {cells[2]}: it would always be true")
    return Wanted(known[cells[0]], cells[1].strip(), least)


def grown(
    rows: Sequence[Wanted], before: Mapping[str, Counters], now: Mapping[str, Counters]
) -> Verdict:
    """Every counter has grown by as much as its row says."""
    told, short = [], []
    for wanted in rows:
        more = now[wanted.part].since(before[wanted.part], wanted.name)
        said = f"{wanted.name} of {wanted.part}: {more:g} more"
        told.append(said)
        if more < wanted.least:
            short.append(f"{said}, expected at least {wanted.least:g}")
    return unmet("; ".join(short), "\n".join(told)) if short else met("; ".join(told))


def unmoved(
    rows: Sequence[Wanted], before: Mapping[str, Counters], now: Mapping[str, Counters]
) -> Verdict:
    """No counter has grown; the reasons of those that did, with their labels."""
    lost = []
    for wanted in rows:
        if now[wanted.part].since(before[wanted.part], wanted.name) > 0:
            lost += _reasons(wanted.name, now[wanted.part])
    if lost:
        return unmet(f"flows get lost: {'; '.join(lost)}")
    return met(f"none of {len(rows)} counters of losses has grown")


def _reasons(name: str, counters: Counters) -> list[str]:
    return [
        f"{name}{{{', '.join(f'{k}={v}' for k, v in sorted(labels.items()))}}} of {pod} "
        f"stands at {value:g}"
        for pod, page in counters.by_pod.items()
        for labels, value in page.samples(name)
        if value > 0
    ]
