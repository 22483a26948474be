"""A client that connects without a pause, so that even a short gap in a firewall is seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kit.clients import Clients
from kit.cluster import Cluster
from kit.patience import POD_FINISHED
from kit.probe import finished, probe_pod, reason
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting

PAUSE = 0.1
CONNECT_TIMEOUT = 0.4
"""Seconds: below the first retransmission, so that each connection is one packet's fate."""
LIFETIME = 900


@dataclass(frozen=True)
class Attempt:
    """One connection of the train: to which URL, and whether that one answered."""

    index: int
    reached: bool


@dataclass
class Train:
    """Connects to each URL in turn, again and again, each time anew."""

    cluster: Cluster
    waiting: Waiting
    pod: dict[str, Any]
    _mark: int = field(default=0, init=False)

    def start(self) -> None:
        self.cluster.create(self.pod)
        self.grow(2)

    def stop(self) -> None:
        self.cluster.delete(self.pod, grace=0)
        self.cluster.ration.give(self.pod)

    def attempts(self) -> list[Attempt]:
        """All that were ever made."""
        metadata = self.pod["metadata"]
        return read(self.cluster.logs(metadata["namespace"], metadata["name"]))

    def mark(self) -> None:
        """What is of interest begins now."""
        self._mark = len(self.attempts())

    def since_mark(self) -> list[Attempt]:
        return self.attempts()[self._mark :]

    def grow(self, rounds: int) -> None:
        """Until each URL was tried so many times more."""
        wanted = (len(self.attempts()) if self._runs() else 0) + 2 * rounds
        self._until(lambda: self._grown(wanted), f"{2 * rounds} more connections are tried")

    def _grown(self, wanted: int) -> Verdict:
        if not self._runs():
            return unmet(f"the client is {reason(self._read())}")
        made = len(self.attempts())
        return met() if made >= wanted else unmet(f"{made} of {wanted} were tried")

    def _until(self, judge: Callable[[], Verdict], what: str) -> None:
        try:
            self.waiting.eventually(judge, lambda seen: seen, within=POD_FINISHED, what=what)
        except Unmet as late:
            raise Inconclusive(late.because) from None

    def _runs(self) -> bool:
        pod = self._read()
        if pod is not None and finished(pod).met:
            raise Inconclusive(f"the client that never pauses has ended: {reason(pod)}")
        statuses = (pod or {}).get("status", {}).get("containerStatuses", ())
        return any("running" in status.get("state", {}) for status in statuses)

    def _read(self) -> dict[str, Any] | None:
        metadata = self.pod["metadata"]
        return self.cluster.get("v1", "Pod", metadata["name"], metadata["namespace"])


def train_pod(name: str, clients: Clients, urls: Sequence[str], node: str) -> Any:
    """`node` is a host name."""
    pod = probe_pod(name, clients.namespace, clients.labels, node)
    pod["spec"]["activeDeadlineSeconds"] = int(clients.waiting.lasting(LIFETIME))
    pod["spec"]["containers"][0]["command"] = ["sh", "-c", script(urls)]
    return pod


def script(urls: Sequence[str]) -> str:
    told = "%{exitcode} %{http_code}\\n"
    options = (
        "--silent --noproxy '*' --output /dev/null --header 'Connection: close' "
        f"--connect-timeout {CONNECT_TIMEOUT} --max-time {2 * CONNECT_TIMEOUT}"
    )
    calls = [f"curl {options} --write-out '{index} {told}' {url}" for index, url in enumerate(urls)]
    return f"while true; do {'; '.join(calls)}; sleep {PAUSE}; done"


def read(output: str) -> list[Attempt]:
    """A line of an attempt is its URL's number, curl's exit code and the HTTP status."""
    found = re.findall(r"^(\d) (\d+) (\d{3})$", output, re.MULTILINE)
    return [Attempt(int(index), (code, status) == ("0", "200")) for index, code, status in found]
