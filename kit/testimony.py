"""What the flows say of some traffic: asked until they say it, and shown to the reader."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from catalog.drops import causes_of_denial
from catalog.upstream import DEFAULT_NAMESPACE
from kit import evidence
from kit.causes import Scene, likely_causes
from kit.cells import DENIAL, Cell
from kit.collector import Collector, agent_namespace
from kit.expectations import (
    Claim,
    EveryFlow,
    NoFlow,
    Silence,
    SomeFlow,
    Together,
    every,
    labels_apart,
)
from kit.flows import Witness
from kit.logql import Query
from kit.loki import Flow, Loki
from kit.outcomes import made
from kit.paths import Path, path
from kit.traffic import Traffic
from kit.verdict import Inconclusive, Unmet, Verdict
from kit.versions import agent_version
from kit.wait import Waiting

ANY = path("of the client")
LONG_ENOUGH = 6.0
"""Cluster seconds of silence in which a client can be sent besides, which takes about four."""
Judge = Callable[[Sequence[Flow]], Verdict]
AnyClaim = TypeVar("AnyClaim", bound=Claim)


@dataclass
class Testimony:
    """Claims about flows, judged against Loki within deadlines that the FlowCollector implies."""

    loki: Loki
    waiting: Waiting
    collector: Collector
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    """What else has to be seen after some traffic, looked at while its silence is watched."""

    _arrived: dict[str, float] = field(default_factory=dict, init=False)
    """By client: seconds from the end of its traffic until its first flow was seen."""
    _slowest: dict[str, float] = field(default_factory=dict, init=False)
    """By kind of claim: from the end of the traffic to its verdict, as a share of the floor."""

    def some(self, claim: SomeFlow | Together) -> None:
        """Wait until the claim holds; the first time, note how long after the traffic that was."""
        claim = self._informed(claim)
        seen = self._until(claim, claim.judge)
        passed = self._since(claim.traffic)
        if not self._arrived:
            evidence.latency(passed)
        self._arrived.setdefault(claim.traffic.client.name, passed)
        if isinstance(claim, SomeFlow):
            evidence.attach("a flow that shows it", claim.matched(seen)[0], "json")

    def every(self, claim: EveryFlow) -> None:
        """Wait for a flow on the path, and see that none breaks the claim for a whole round."""
        self._control(claim)
        self.some(SomeFlow(claim.traffic, claim.path))
        self._hold(claim, claim.judge, claim.path, claim.traffic)

    def none(self, claim: NoFlow) -> None:
        """Only beside flows of the same client, which prove that its flows do arrive."""
        claim = self._informed(claim)
        self._control(claim)
        self._hold(claim, claim.judge, ANY, claim.traffic)

    def nothing(self, traffic: Traffic, control: Traffic) -> None:
        """The traffic leaves no flow at all, while that of somebody else in the same time does."""
        self._control(Claim(control, ANY))
        claim = Silence(traffic, ANY)
        self._hold(claim, claim.judge, ANY, control)

    def _control(self, claim: Claim) -> None:
        """Without any flow of the client, nothing can be said about what its flows do not show."""
        try:
            self.some(SomeFlow(claim.traffic, ANY))
        except Unmet as silent:
            raise Inconclusive(str(silent)) from None

    def _informed(self, claim: AnyClaim) -> AnyClaim:
        """What an agent calls a denial depends on its version, so the running one is asked."""
        if all(cell.text != DENIAL for cell in claim.cells):
            return claim
        namespace = agent_namespace(self.collector.read())
        causes = causes_of_denial(agent_version(self.collector.cluster, namespace))
        known = {**claim.traffic.known, DENIAL: causes}
        return replace(claim, traffic=replace(claim.traffic, known=known))

    def labels_apart(self, traffic: Traffic) -> None:
        """Label fields are texts of the stream, and the line does not repeat them."""
        self._until(Claim(traffic, ANY), labels_apart)

    def of_the_collector(self, traffic: Traffic, cells: Sequence[Cell]) -> None:
        """Flows among the collector's own workloads, which every cluster has all the time."""
        namespace = self.collector.read()["spec"].get("namespace", DEFAULT_NAMESPACE)
        query = Query().where(SrcK8S_Namespace=namespace, DstK8S_Namespace=namespace)
        window = Witness(self.loki, made(traffic)).window
        self.waiting.eventually(
            lambda: self.loki.flows(query, *window),
            lambda flows: every(flows, cells, traffic.facts()),
            within=self.collector.pipeline().deadline,
            what=f"flows inside {namespace}",
        )

    def _until(self, claim: Claim, judge: Judge) -> list[Flow]:
        witness = Witness(self.loki, made(claim.traffic))
        attach_queries(witness, claim)
        asked = self._since(claim.traffic)
        try:
            seen = self.waiting.eventually(
                lambda: witness.flows(claim.path),
                judge,
                within=self.collector.pipeline().deadline,
                what=f"flows {claim.path.text}",
            )
        except Unmet as wrong:
            raise self._explained(wrong, witness, claim) from None
        self._note("flow seen", claim.traffic, asked)
        return seen

    def _since(self, traffic: Traffic) -> float:
        """Cluster seconds since we saw that it had ended."""
        return (time.monotonic() - traffic.seen_ending) * self.waiting.speed

    def _hold(self, claim: Claim, judge: Judge, among: Path, control: Traffic) -> None:
        """See that it stays so until a whole round after the traffic, and for as much longer as
        the pipeline was late with the first flow of the control."""
        pipeline = self.collector.pipeline()
        late = max(0.0, self._arrived[control.client.name] - pipeline.floor)
        until = pipeline.quiet + late
        if until - self._since(claim.traffic) > LONG_ENOUGH:
            for look in self.meanwhile:
                look()
        left = until - self._since(claim.traffic)
        if self.waiting.speed > 1:
            # The work of a simulated cluster does not shrink with its clock: a round from now on.
            left = max(left, pipeline.quiet)
        witness, asked = Witness(self.loki, made(claim.traffic)), self._since(claim.traffic)
        try:
            self.waiting.steadily(
                lambda: witness.flows(among),
                judge,
                during=max(0.0, left),
                what=f"flows {claim.path.text}",
            )
        except Unmet as wrong:
            raise self._explained(wrong, witness, claim) from None
        self._note("silence", claim.traffic, asked)

    def _note(self, kind: str, traffic: Traffic, asked: float) -> None:
        """How long the verdict took, unless it was asked for when the floor had passed anyway."""
        floor = self.collector.pipeline().floor
        if asked < floor:
            passed = max(self._since(traffic) / floor, self._slowest.get(kind, 0.0))
            self._slowest[kind] = passed
            evidence.fact(f"{kind} over floor", round(passed, 3))

    def _explained(self, wrong: Unmet, witness: Witness, claim: Claim) -> Unmet:
        """The same, with the nearest flows, the queries to ask again, and what may be the cause."""
        wide = self.loki.flows(witness.by_address(), *witness.window)
        pipeline = self.collector.pipeline()
        cells = () if isinstance(claim, NoFlow) else claim.cells
        asked = frozenset(cell.field.feature for cell in cells if cell.field.feature)
        scene = Scene(pipeline, claim.traffic, witness.flows(ANY), wide, asked)
        causes = "\n".join(f"{n}. {cause}" for n, cause in enumerate(likely_causes(scene), 1))
        sections = {
            "Nearest flows": wrong.detail or "(none)",
            "Likely causes": causes,
            "Traffic": claim.traffic.told(),
            "LogQL": told_queries(witness, claim),
        }
        detail = "\n\n".join(f"{title}:\n{text}" for title, text in sections.items())
        return Unmet(wrong.because, detail)


def attach_queries(witness: Witness, claim: Claim) -> None:
    evidence.attach("LogQL", told_queries(witness, claim), "logql")


def told_queries(witness: Witness, claim: Claim) -> str:
    """Ready to paste, with the absolute window that the query was asked for."""
    start, end = (datetime.fromtimestamp(at, UTC).isoformat() for at in witness.window)
    return "\n".join([f"from {start} to {end}", *map(str, witness.queries(claim.path))])
