"""Looks at the parts of the pipeline until they are in order, and leaves what was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit import evidence
from kit.clients import Clients
from kit.cluster import Cluster
from kit.collector import Collector
from kit.commands import http_get
from kit.conditions import warnings
from kit.health import scrapes
from kit.health.agreement import Agreement, compared
from kit.health.conserved import Balance, Look
from kit.health.counters import Counters, Reader, Wanted, grown, unmoved
from kit.health.parts import AGENT, PIPELINE, Parts
from kit.health.stuck import none_is_stuck
from kit.health.versions import versions
from kit.loki import Loki
from kit.nodes import schedulable
from kit.outcomes import made
from kit.prometheus import LONGEST_SCRAPE, STEP, Prometheus
from kit.sampling import told
from kit.stage import Stage, host
from kit.traffic import Traffic
from kit.verdict import Unmet, Verdict, met
from kit.wait import Waiting

PACKETS = 5
"""Packets of one request, each way counted by itself: the least that a TCP exchange has."""
CLIENTS = 3
SETTLEMENTS = 3
"""How often two records may be still and differ before the difference counts."""


@dataclass(frozen=True)
class Health:
    cluster: Cluster
    collector: Collector
    waiting: Waiting
    stage: Stage

    def parts(self) -> Parts:
        return Parts(self.cluster, self.collector.read())

    def attach_parts(self) -> None:
        lines = [line for part in self.parts().all() for line in (part.where, part.troubles())]
        evidence.attach("parts of the pipeline", "\n".join(filter(None, lines)))

    def report_warnings(self, flow_collector: Mapping[str, Any]) -> None:
        said = warnings(flow_collector) or "nothing"
        evidence.fact("the conditions warn of", said)
        evidence.environment(collector_warnings=said)

    def report_versions(self) -> None:
        found = versions(self.cluster, self.parts())
        evidence.attach("versions and images", "\n".join(f"{k}: {v}" for k, v in found.items()))
        for what, told_of in found.items():
            evidence.about(what, "supported", told_of)

    # Counters

    def counters(self, part: str) -> Counters:
        return Reader(self.cluster, self.collector.read()).read(part)

    def both_counters(self) -> dict[str, Counters]:
        return {part: self.counters(part) for part in (AGENT, PIPELINE)}

    def send_from_each_node(self, sampling: int) -> None:
        """From nodes that take pods; the others have the traffic of their own kubelet."""
        requests = -(-told(sampling) // PACKETS)
        server = self.stage.web.server
        url = f"http://{host(server.address)}:{server.port}/hostname?[1-{requests}]"
        for node in schedulable(self.cluster):
            made(self.stage.clients.send(http_get(url), server, server=server, node=node))

    def await_captures(self, before: Counters) -> None:
        self.waiting.eventually(
            lambda: self.counters(AGENT),
            lambda now: none_is_stuck(before, now),
            within=self.collector.pipeline().deadline,
            what="every agent captures flows",
        )

    def await_growth(self, rows: Sequence[Wanted], before: Mapping[str, Counters]) -> None:
        self.waiting.eventually(
            self.both_counters,
            lambda now: grown(rows, before, now),
            within=self.collector.pipeline().deadline,
            what="the counters of the pipeline grow",
        )

    def no_losses(self, rows: Sequence[Wanted], before: Mapping[str, Counters]) -> None:
        verdict = unmoved(rows, before, self.both_counters())
        if not verdict.met:
            raise Unmet(verdict.because, verdict.detail)

    def watched(self, rounds: int) -> Balance:
        """One round of looks at both ends, then so many more with traffic of ours."""
        cache = self.collector.pipeline().cache
        looks = [self._look()]
        self.waiting.steadily(
            lambda: looks.append(self._look()), _so, during=cache, what="a round passes"
        )
        for _ in range(CLIENTS):
            made(self.stage.web.request("another"))
        self.waiting.steadily(lambda: None, _so, during=rounds * cache, what="rounds pass")
        return Balance(tuple(looks))

    def await_conserved(self, balance: Balance, counter: str, percent: float) -> None:
        """What is on its way gets the time of a whole round."""
        self.waiting.eventually(
            self._look,
            lambda now: balance.judged(now, counter, percent),
            within=self.collector.pipeline().quiet,
            what="nothing gets lost between agents and Loki",
        )

    def _look(self) -> Look:
        pipeline = self.counters(PIPELINE)
        return Look(self.counters(AGENT), pipeline)

    # Prometheus

    def await_scrapes(self, prometheus: Prometheus) -> None:
        parts = self.parts()
        self.waiting.eventually(
            lambda: [parts.agent(), parts.pipeline()],
            lambda found: scrapes.judged(found, scrapes.ups(prometheus, found)),
            within=2 * LONGEST_SCRAPE + STEP,
            what="Prometheus scrapes the pipeline",
        )

    def own_traffic(
        self, prometheus: Prometheus, loki: Loki, namespace: str, times: int
    ) -> Agreement:
        """Requests from a namespace whose counters begin with them."""
        ours = self.stage.clients
        clients = Clients(self.cluster, self.waiting, namespace, ours.labels, ours.worker)
        sent: list[Traffic] = [made(self.stage.web.request_by(clients)) for _ in range(times)]
        began = min(traffic.began for traffic in sent)
        return Agreement(loki, prometheus, self.waiting, namespace, began)

    def await_agreement(
        self, agreement: Agreement, rows: Sequence[tuple[str, str]], percent: float
    ) -> None:
        """One window for all rows. A scrape may be late, so a difference has to outlast others."""
        pipeline, wrong = self.collector.pipeline(), [""]
        for _ in range(SETTLEMENTS):
            both = agreement.settled(rows, pipeline.deadline, pipeline.quiet)
            sums = zip(both.loki, both.prometheus, both.series, strict=True)
            verdicts = [compared(row, each, percent) for row, each in zip(rows, sums, strict=True)]
            evidence.attach("comparison", "\n".join(verdict.because for verdict in verdicts))
            wrong = [verdict.because for verdict in verdicts if not verdict.met]
            if not wrong:
                return
        raise Unmet("; ".join(wrong))


def _so(_: object) -> Verdict:
    return met()
