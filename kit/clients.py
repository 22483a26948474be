"""Clients: one probe after another in a namespace, each under a name that no other pod ever had."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from kit import evidence
from kit.cluster import Cluster
from kit.commands import Command
from kit.facts import DURATION
from kit.probe import Report, TakenAway, probe_pod, run_probe
from kit.traffic import End, Traffic
from kit.wait import Waiting

PROBES = 4
"""How often one conversation may be tried on a cluster that takes probes away."""


@dataclass
class Clients:
    """Sends commands from pods of one namespace; `labels` say whose they are.

    `worker` keeps the names of several processes apart, `name` those of several Clients.
    """

    cluster: Cluster
    waiting: Waiting
    namespace: str
    labels: dict[str, str]
    worker: str = ""
    host_network: bool = False
    name: str = "probe"
    _numbers: count[int] = field(default_factory=lambda: count(1), init=False)

    def send(
        self, command: Command, target: End, *, server: End | None = None, node: str = ""
    ) -> Traffic:
        """One conversation with the target, from a node by host name or from any."""
        return _noted(_traffic(self._report(command, node, target.address), target, server))

    def send_at_once(self, asked: Sequence[tuple[Command, End, str]]) -> list[Traffic]:
        """Several conversations side by side, each with its target and its client's node."""
        with ThreadPoolExecutor(len(asked)) as pool:
            reports = list(
                pool.map(lambda one: self._report(one[0], one[2], one[1].address), asked)
            )
        # Told by this thread: Allure knows no step in the others.
        return [
            _noted(_traffic(report, target, None))
            for report, (_, target, _) in zip(reports, asked, strict=True)
        ]

    def _report(self, command: Command, node: str, to: str) -> Report:
        """A probe that the platform took away has said nothing, so a new one is sent."""
        for left in reversed(range(PROBES)):
            try:
                return run_probe(self.cluster, self.waiting, self._pod(node), command, to)
            except TakenAway as lost:
                if not left:
                    raise
                evidence.fact("sent again", str(lost))
        raise AssertionError("no probe was ever sent")

    def _pod(self, node: str) -> dict[str, Any]:
        name = "-".join(filter(None, (self.name, self.worker, str(next(self._numbers)))))
        pod = probe_pod(name, self.namespace, self.labels, node)
        allowed = pod["spec"]["activeDeadlineSeconds"]
        pod["spec"]["activeDeadlineSeconds"] = int(self.waiting.lasting(allowed, waits=1))
        if self.host_network:
            pod["spec"]["hostNetwork"] = True
        return pod


def _noted(traffic: Traffic) -> Traffic:
    evidence.attach(f"traffic of {traffic.client.name}", traffic.told())
    return traffic


def _traffic(report: Report, target: End, server: End | None) -> Traffic:
    port = report.ending.sent.get("SrcPort")
    return Traffic(
        client=replace(report.client, port=port if isinstance(port, int) else None),
        target=target,
        server=server,
        outcome=report.ending.outcome,
        began=report.began,
        ended=report.ended,
        command=report.command,
        output=report.output,
        answer=report.ending.answer,
        sent=report.ending.sent,
        known={} if report.ending.took is None else {DURATION: report.ending.took},
    )
