"""What collecting cost in one scenario: measured, judged, shown and kept for the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from catalog.upstream import DEFAULT_CACHE_MAX_FLOWS, DEFAULT_SAMPLING
from kit import deltas, evidence, scraped
from kit.budgets import Budgets
from kit.collector import agent_namespace
from kit.company import Company
from kit.costing import Row, agreement, growth, markdown, rows, shown, table, verdict
from kit.ledger import HEAD, Document, Ledger
from kit.load import Load
from kit.measuring import Measured, Measuring
from kit.pictures.measured import of_budget
from kit.prometheus import Prometheus
from kit.stage import Stage
from kit.usage import Usage
from kit.verdict import Unmet, Verdict, met, unmet
from kit.watched import Watched

WARM = 60.0
"""Seconds beyond the age asked for that agents may take to reach it."""


@dataclass(frozen=True)
class Rate:
    """Connections a second, and the bytes that each carries each way."""

    per_second: float
    size: int
    said: str


@dataclass(frozen=True)
class Traffic:
    """Where measured traffic comes from: a namespace of its own, made when first needed."""

    stage: Stage
    namespace: Callable[[], str]
    factor: int

    def load(self, rate: Rate) -> Load:
        return Load(self.stage, self.namespace(), rate.per_second, rate.size, self.factor)


@dataclass
class Bill:
    """One scenario's: `measured` after `measure`, kept in the ledger once it is judged."""

    scenario: str
    measuring: Measuring
    traffic: Traffic
    budgets: Budgets
    ledger: Ledger
    company: Company
    prometheus: Callable[[], Prometheus] | str = "nobody has looked for a Prometheus"
    """What can be asked, or why there is none."""
    measured: Measured | None = field(default=None, init=False)
    sent: dict[str, Any] | None = field(default=None, init=False)
    _asked: tuple[int, Rate | None] = field(default=(0, None), init=False)
    _beside: set[str] = field(default_factory=set, init=False)
    """Who else has sent measured traffic meanwhile."""

    @property
    def spec(self) -> dict[str, Any]:
        found: dict[str, Any] = self.measuring.flow_collector["spec"]
        return found

    def warm_up(self, age: float) -> None:
        """Until every agent's process is so old, by the cluster's own clock."""
        cluster, waiting = self.measuring.cluster, self.measuring.waiting
        watched, usage = Watched(cluster, self.measuring.flow_collector), Usage(cluster)
        began = max(agent.started for agent in watched.read().agents.values())

        def judge(now: float) -> Verdict:
            return (
                met() if now - began >= age else unmet(f"the youngest is {now - began:.0f} s old")
            )

        waiting.eventually(
            lambda: max(sample.at for sample in usage.nodes()),
            judge,
            within=age + WARM,
            what=f"every agent has run for {age:g} s",
            pause=5.0,
        )

    def measure(self, count: int, rate: Rate | None = None) -> Measured:
        self._asked = count, rate
        with self.company.sending() if rate else nullcontext():
            return self._measure(count, rate)

    def _measure(self, count: int, rate: Rate | None) -> Measured:
        load = self.traffic.load(rate) if rate else None
        self._beside.clear()

        def each_look() -> None:
            self._beside.update(self.company.others())
            if load:
                load.alive()

        with load.running() if load else nullcontext():
            before = load.made() if load else 0
            self.measured = self.measuring.take(count, each_look)
            if load and rate:
                made = load.made() - before
                load.enough(made, self.measured.seconds)
                self.sent = {"asked": f"{self.traffic.factor} x {rate.said}", "made": made}
        if self.measured.seconds:
            per_minute = 60 * self.measured.calls / self.measured.seconds
            evidence.fact("measuring, API calls a minute", round(per_minute, 1))
            evidence.fact("measuring, of a core at most", f"{self.measured.takes:.1%}")
        return self.measured

    def taken(self) -> Measured:
        if self.measured is None:
            raise ValueError("nothing has been measured yet: a When line does")
        return self.measured

    def within(self, percent: int, phase: str) -> None:
        """Unmet above any budget of the phase, and where a sample is missing.

        Other measured traffic only adds to what pods use: above a budget beside it counts for
        nothing yet. It hides no sample, though.
        """
        judged = self._held_against(phase, percent)
        if not judged.met and self._beside and not self.taken().missing:
            evidence.fact("measured alone", f"since beside other traffic {judged.because}")
            with self.company.nobody_else(self.measuring.waiting):
                self._measure(*self._asked)
            judged = self._held_against(phase, percent)
        if not judged.met:
            raise Unmet(judged.because, judged.detail)

    def _held_against(self, phase: str, percent: int) -> Verdict:
        measured = self.taken()
        found = rows(measured, self.budgets, phase, percent, self.spec)
        self.keep(phase, percent, found)
        return verdict(measured, found)

    def undisturbed(self) -> None:
        if told := self.taken().disturbed:
            raise Unmet("; ".join(told))

    def has_room(self, share: float) -> None:
        """The map of flows, by the agents' own gauge of the latest eviction."""
        asked = self.spec.get("agent", {}).get("ebpf", {}).get("cacheMaxFlows")
        size = float(asked or DEFAULT_CACHE_MAX_FLOWS)
        held = {name: agent.held for name, agent in self.taken().after.agents.items()}
        name, most = max(held.items(), key=lambda pair: pair[1])
        told = f"agent {name} holds {most:.0f} flows of {size:.0f} (buffer_size of flowmap)"
        if most > share * size:
            raise Unmet(
                f"{told}, expected {share * size:.0f} at most: beyond its size flows are lost"
            )

    def agrees(self, share: float) -> None:
        """Two witnesses of what an agent uses: its control group, and its own process."""
        judged = agreement(self.taken(), share)
        if not judged.met:
            raise Unmet(judged.because)
        evidence.fact("two witnesses", judged.because)

    def agrees_with_prometheus(self, share: float) -> None:
        """A third witness where there is one; where there is none the report says why."""
        if isinstance(self.prometheus, str):
            evidence.fact("Prometheus", f"not asked: {self.prometheus}")
            return
        moments = [at for one in self.taken().of("agent.cpu") for at in one.at]
        if not moments:
            raise Unmet(verdict(self.taken(), []).because)
        namespace = agent_namespace(self.measuring.flow_collector)
        found = scraped.cores(self.prometheus(), namespace, min(moments), max(moments))
        judged = scraped.agreement(self.taken(), found, share)
        if not judged.met:
            raise Unmet(judged.because)
        evidence.fact("Prometheus", judged.because)

    def steady(self, share: float) -> None:
        judged = growth(self.taken(), "agent.memory", share)
        if not judged.met:
            raise Unmet(judged.because)
        evidence.fact("growth", judged.because)

    def reference(self) -> None:
        """The cost of no feature; Unmet where a sample is missing."""
        measured = self.taken()
        found = deltas.values(measured)
        self.keep(deltas.NONE, 50, [], values=found)
        evidence.fact("cost", deltas.told(found))
        if measured.missing:
            raise Unmet(verdict(measured, []).because)

    def adds(self, feature: str, limits: Mapping[str, float]) -> None:
        """Unmet where a feature costs more than its limits above no feature."""
        measured, before = self.taken(), self.ledger.get(deltas.NONE)
        now = deltas.values(measured)
        found = deltas.rows(feature, now, before, limits)
        self.keep(feature, 50, found, values=now)
        known = [one for one in self.ledger.all() if "values" in one]
        evidence.attach("costs of single features", deltas.table(known), "csv")
        evidence.attach("costs of single features.md", markdown(deltas.summary(known)))
        judged = verdict(measured, found)
        if not judged.met:
            raise Unmet(judged.because, judged.detail)

    def keep(self, phase: str, percent: int, found: Sequence[Row], **more: Any) -> Document:
        """For the run's ledger and as attachments: a table, and the data behind it."""
        measured = self.taken()
        document: Document = {
            **HEAD,
            "scenario": self.scenario,
            "phase": phase,
            "configuration": configuration(self.spec),
            "percentile": percent,
            "seconds": measured.seconds,
            "calls": measured.calls,
            "traffic": self.sent,
            "rows": [row.told() for row in found],
            "series": [one.told() for one in measured.series],
            "missing": list(measured.missing),
            "disturbed": list(measured.disturbed),
            **more,
        }
        self.ledger.put(document)
        evidence.attach("budget.json", document, "json")
        for picture in of_budget(document):
            evidence.attach(picture.name, picture.svg, "svg")
        if found:
            evidence.attach("budget.md", table(found, sources=True))
        for row in found:
            evidence.fact(
                row.key, f"{shown(row.measured, row.unit)} of {shown(row.limit, row.unit)}"
            )
        return document


def configuration(spec: dict[str, Any]) -> str:
    """The live FlowCollector's, in words."""
    ebpf = spec.get("agent", {}).get("ebpf", {})
    features = ", ".join(sorted(ebpf.get("features") or ())) or "no feature"
    return f"{features} at sampling {ebpf.get('sampling', DEFAULT_SAMPLING)}"
