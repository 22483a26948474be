"""Samples of what agents, flowlogs-pipeline and nodes use, taken while something goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from kit.cluster import Cluster
from kit.series import Series
from kit.usage import Sample, Usage, amount
from kit.verdict import Unmet, Verdict, met, unmet
from kit.wait import Waiting
from kit.watched import State, Watched, disturbances

LOOK = 7.5
"""Cluster seconds between two looks: half of the shortest usual scrape interval."""
CALL = 0.010
"""Seconds of the API server's processor for each call, at most: kube-apiserver 1.36 took 1.2 ms to
list 3 pods and 3.3 ms to list 25, and the API proxy's calls are like these."""
SLOWEST, SPARE = 30.0, 3
"""Cluster seconds in which a new sample must come (kubelets are scraped each 15, 30 at most), and
how many more times: for the first look, for the sample that is dropped, for one that is late."""
ROUNDING = 1.0
"""Timestamps are whole seconds."""

Key = tuple[str, str]
"""Component (agent, pipeline, node) and name."""


@dataclass(frozen=True)
class Measured:
    """Series of each pod and node; `missing` and `disturbed` are sentences, each over budget."""

    series: tuple[Series, ...]
    missing: tuple[str, ...]
    disturbed: tuple[str, ...]
    before: State
    after: State
    seconds: float
    calls: int
    watched: float = 0.0
    """Cluster seconds between the two states; `seconds` are those that samples cover."""

    @property
    def takes(self) -> float:
        """Of a core, at most: what looking adds to the cluster."""
        return CALL * self.calls / self.seconds if self.seconds else 0.0

    @property
    def flows(self) -> float | None:
        """Flows a second that the agents have handed on; unknown where one started anew."""
        before, after = self.before.agents, self.after.agents
        told = [after[name].told - one.told for name, one in before.items() if name in after]
        known = self.watched > 0 and len(told) == len(before) and min(told, default=-1) >= 0
        return sum(told) / self.watched if known else None

    @property
    def own(self) -> dict[str, float]:
        """Cores by each agent's own count, where its process lived through all of it."""
        if self.watched <= 0:
            return {}
        pairs = {
            name: (one, self.after.agents.get(name)) for name, one in self.before.agents.items()
        }
        return {
            name: (later.spent - one.spent) / self.watched
            for name, (one, later) in pairs.items()
            if later is not None and later.spent > one.spent
        }

    @property
    def sent(self) -> float | None:
        """Bytes a second to Loki, where flowlogs-pipeline tells."""
        if self.before.sent is None or self.after.sent is None or self.watched <= 0:
            return None
        return (self.after.sent - self.before.sent) / self.watched

    def of(self, name: str) -> list[Series]:
        return [one for one in self.series if one.name == name]


@dataclass
class _Samples:
    """Keeps what was taken wholly after the first look; the first new one may be half of before.

    `absent` are those of earlier looks that the latest one has not told of; `vain` once one of
    them was replaced: its samples will never be complete, and nobody could judge the others'.
    """

    first: dict[Key, float] = field(default_factory=dict)
    kept: dict[Key, list[Sample]] = field(default_factory=dict)
    window: float = 0.0
    absent: set[Key] = field(default_factory=set)
    vain: bool = False

    def take(self, key: Key, sample: Sample) -> None:
        self.window = max(self.window, sample.window)
        self.absent.discard(key)
        since = self.first.setdefault(key, sample.at)
        own = self.kept.setdefault(key, [])
        newer = sample.at > (own[-1].at if own else since)
        if newer and sample.at - sample.window >= since + ROUNDING:
            own.append(sample)

    def absent_of(self, keys: Iterable[Key]) -> set[str]:
        """The names of pods alone: a node says by itself whether it is there."""
        return {name for part, name in self.absent.intersection(keys) if part != "node"}


@dataclass
class Measuring:
    """Looks at metrics.k8s.io and, before and after, at the agents' own pages."""

    cluster: Cluster
    waiting: Waiting
    flow_collector: Mapping[str, Any]

    def take(self, count: int, each_look: Callable[[], None] = lambda: None) -> Measured:
        """`count` samples of each pod and node; `each_look` may say that it is no use."""
        calls, watched = (
            sum(self.cluster.calls.values()),
            Watched(self.cluster, self.flow_collector),
        )
        before, cores, began = watched.read(), self._cores(), time.monotonic()
        keys = _keys(before)
        samples = _Samples()

        def look() -> _Samples:
            each_look()
            self._look(watched, samples)
            samples.vain = watched.has_replaced(samples.absent_of(keys), before)
            return samples

        look()
        # An adapter before Prometheus averages over minutes, which all have to be ours.
        averaged = samples.window if samples.window > SLOWEST else 0.0
        with suppress(Unmet):  # what is missing is told below, by name
            self.waiting.eventually(
                look,
                lambda seen: _complete(seen, keys, count),
                within=(count + SPARE) * SLOWEST + averaged,
                what=f"{count} samples of each",
                pause=LOOK,
            )
        after, ended = watched.read(), time.monotonic()
        spent = sum(self.cluster.calls.values()) - calls
        moments = [one.at for taken in samples.kept.values() for one in taken]
        return Measured(
            series=tuple(_series(samples, keys, before, cores)),
            missing=tuple(_missing(samples, keys, count)),
            disturbed=tuple(_disturbed(watched, before, after)),
            before=before,
            after=after,
            seconds=max(moments, default=0.0) - min(samples.first.values(), default=0.0),
            calls=spent,
            watched=(ended - began) * self.waiting.speed,
        )

    def _look(self, watched: Watched, samples: _Samples) -> None:
        usage = Usage(self.cluster)
        samples.absent = set(samples.first)
        for component, namespace in watched.namespaces.items():
            for sample in usage.pods(namespace):
                samples.take((component, sample.name), sample)
        for sample in usage.nodes():
            samples.take(("node", sample.name), sample)

    def _cores(self) -> dict[str, float]:
        nodes = self.cluster.list("v1", "Node")
        return {n["metadata"]["name"]: amount(n["status"]["capacity"]["cpu"]) for n in nodes}


def _disturbed(watched: Watched, before: State, after: State) -> Iterator[str]:
    gone = before.pods.keys() - after.pods.keys()
    return disturbances(before, after, watched.evicted() if gone else {})


def _keys(state: State) -> list[Key]:
    pods = [(part, pod.name) for part in ("agent", "pipeline") for pod in state.of(part)]
    nodes = {pod.node for pod in state.of("agent")}
    return [*pods, *(("node", name) for name in sorted(nodes))]


def _complete(samples: _Samples, keys: list[Key], count: int) -> Verdict:
    if samples.vain:
        return met("somebody who is measured has left")
    short = [name for part, name in keys if len(samples.kept.get((part, name), ())) < count]
    return met() if not short else unmet(f"too few of {', '.join(short)}")


def _missing(samples: _Samples, keys: list[Key], count: int) -> Iterator[str]:
    for key in keys:
        found = len(samples.kept.get(key, ()))
        if found < count:
            known = f"the last one is of {_last(samples, key)}" if key in samples.first else "never"
            yield f"{key[0]} {key[1]} has {found} of {count} samples ({known})"


def _last(samples: _Samples, key: Key) -> str:
    """How old the newest sample of one is beside the newest of all."""
    own = samples.kept.get(key)
    at = own[-1].at if own else samples.first[key]
    newest = max([at, *(one.at for kept in samples.kept.values() for one in kept)])
    return f"{newest - at:.0f} s before the newest of all" if newest > at else "the first look"


def _series(
    samples: _Samples, keys: list[Key], state: State, cores: Mapping[str, float]
) -> Iterator[Series]:
    for part, name in keys:
        taken = samples.kept.get((part, name), [])
        at = tuple(one.at for one in taken)
        node = name if part == "node" else state.pods[name].node
        about = {"node": node} | ({} if part == "node" else {"pod": name})
        whole = cores[name] if part == "node" else 1.0
        used = tuple(one.cores / whole for one in taken)
        yield Series(f"{part}.cpu", "share" if part == "node" else "cores", used, at, about)
        memory = tuple(one.memory for one in taken)
        yield Series(f"{part}.memory", "bytes", memory, at, about)
