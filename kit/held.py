"""One connection that stays open while the firewall changes, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kit.clients import Clients
from kit.cluster import Cluster
from kit.patience import POD_FINISHED
from kit.probe import finished, probe_pod, reason
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting

PACE, PATIENCE, REQUESTS = 1, 5, 110
"""Requests a second over one connection, seconds that each may take, and how many at most where the
clock is real."""


@dataclass
class Held:
    """A client that asks the same server again and again without connecting anew."""

    cluster: Cluster
    waiting: Waiting
    pod: dict[str, Any]

    def start(self) -> None:
        """Until a request has gone over the connection of the one before."""
        self.cluster.create(self.pod)
        self._until(2)
        if self._said()[1] != ("0", "0"):
            raise Inconclusive(f"the client does not keep its connection: {self._said()[:2]}")

    def ask_again(self) -> str:
        """What became of the first request that began after this call, in words."""
        before = len(self._said())
        self._until(before + 2)
        connects, code = self._said()[before + 1]
        if connects != "0":
            return "it fell silent and was given up: the client had to connect anew"
        return "it is still answered" if code == "0" else f"it fell silent (curl {code})"

    def stop(self) -> None:
        self.cluster.delete(self.pod, grace=0)
        self.cluster.ration.give(self.pod)

    def _until(self, lines: int) -> None:
        what = f"the client has asked {lines} times"
        try:
            self.waiting.eventually(
                lambda: self._grown(lines), lambda seen: seen, within=POD_FINISHED, what=what
            )
        except Unmet as late:
            raise Inconclusive(late.because) from None

    def _grown(self, lines: int) -> Verdict:
        metadata = self.pod["metadata"]
        pod = self.cluster.get("v1", "Pod", metadata["name"], metadata["namespace"]) or {}
        statuses = pod.get("status", {}).get("containerStatuses", ())
        begun = any(each.get("state", {}).keys() & {"running", "terminated"} for each in statuses)
        made = len(self._said()) if begun else 0
        if made < lines and pod and finished(pod).met:
            raise Inconclusive(f"the client with an open connection has ended: {reason(pod)}")
        return met() if made >= lines else unmet(f"it has asked {made} times: {reason(pod)}")

    def _said(self) -> list[tuple[str, str]]:
        metadata = self.pod["metadata"]
        output = self.cluster.logs(metadata["namespace"], metadata["name"])
        return re.findall(r"^(\d) (\d+) \d{3}$", output, re.MULTILINE)


def held_pod(clients: Clients, url: str, node: str) -> dict[str, Any]:
    """`node` is a host name."""
    pod = probe_pod("held", clients.namespace, clients.labels, node)
    told = "%{num_connects} %{exitcode} %{http_code}\\n"
    options = ("--silent", "--noproxy", "*", "--rate", f"{PACE}/s", "--max-time", str(PATIENCE))
    allowed = pod["spec"]["activeDeadlineSeconds"]
    pod["spec"]["activeDeadlineSeconds"] = int(clients.waiting.lasting(allowed))
    requests = int(clients.waiting.lasting(REQUESTS))
    urls = [word for _ in range(requests) for word in ("--output", "/dev/null", url)]
    pod["spec"]["containers"][0]["command"] = ["curl", *options, "--write-out", told, *urls]
    return pod


def hold(cluster: Cluster, waiting: Waiting, pod: dict[str, Any]) -> Iterator[Held]:
    held = Held(cluster, waiting, pod)
    try:
        held.start()
        yield held
    finally:
        held.stop()
