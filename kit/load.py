"""Steady traffic of a known rate, from pods that do nothing else, while something is measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kit.cluster import Cluster
from kit.patience import POD_FINISHED
from kit.probe import finished, probe_pod, reason
from kit.ration import BYTES
from kit.stage import Stage, host
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet

LIFETIME, LIFETIME_FAST = 600, 1800
"""Seconds: longer than any measurement, and what a client sends in them counts for the run. On a
fast clock a measurement's grace is minutes."""
OVERHEAD = 400
"""Bytes of headers and bare packets, each way of a connection."""
LEAST_MADE, LEAST_MADE_FAST = 0.25, 0.1
"""Of the connections that were asked for: with fewer nothing is known about such traffic. On a fast
clock fewer will do: what a client has to do for each does not shrink with it."""


@dataclass
class Load:
    """Clients on one node that each connect `rate` times a second to the web service of another.

    Each connection is a new one and carries `size` bytes each way.
    """

    stage: Stage
    namespace: str
    rate: float
    size: int
    pods: int = 1
    _made: list[dict[str, Any]] = field(default_factory=list, init=False)

    @contextmanager
    def running(self) -> Iterator[Load]:
        """From the first connection until the block ends; then the pods are gone."""
        try:
            for number in range(self.pods):
                self._made.append(self.cluster.create(self._pod(number)))
            self._until_it_runs()
            yield self
        finally:
            for pod in self._made:
                self.cluster.delete(pod, grace=0)
                self.cluster.ration.give(pod)

    @property
    def cluster(self) -> Cluster:
        return self.stage.cluster

    def made(self) -> int:
        """Connections that were answered, of all clients."""
        return sum(map(self._made_by, self._names()))

    def alive(self) -> None:
        """Inconclusive when a client has ended: then nobody sends what is measured."""
        pods = self.cluster.list("v1", "Pod", self.namespace)
        found = {str(pod["metadata"]["name"]): pod for pod in pods}
        for name in self._names():
            pod = found.get(name)
            if pod is None or finished(pod).met:
                raise Inconclusive(f"the client {name} of the traffic has ended: {reason(pod)}")

    def enough(self, made: int, seconds: float) -> None:
        """Inconclusive when far fewer connections were made than were asked for."""
        asked = self.rate * self.pods * seconds
        least = LEAST_MADE if self.stage.waiting.speed <= 1 else LEAST_MADE_FAST
        if made < least * asked:
            raise Inconclusive(
                f"only {made} of {asked:.0f} connections were made in {seconds:.0f} s: what was "
                "measured is not the cost of such traffic"
            )

    def _made_by(self, name: str) -> int:
        """None before it runs: a container that waits has no log."""
        pod = self.cluster.get("v1", "Pod", name, self.namespace)
        if pod is None or pod.get("status", {}).get("phase", "Pending") == "Pending":
            return 0
        log = self.cluster.logs(self.namespace, name)
        return len(re.findall(r"^0 200$", log, re.MULTILINE))

    def _names(self) -> list[str]:
        return [str(pod["metadata"]["name"]) for pod in self._made]

    def _pod(self, number: int) -> dict[str, Any]:
        web, clients = self.stage.web, self.stage.clients
        name = "-".join(filter(None, ("load", clients.worker, str(number))))
        pod = probe_pod(name, self.namespace, clients.labels, web.node("another"))
        lifetime = LIFETIME if self.stage.waiting.speed <= 1 else LIFETIME_FAST
        pod["spec"]["activeDeadlineSeconds"] = lifetime
        most = int(self.rate * 2 * (self.size + OVERHEAD) * lifetime)
        pod["metadata"].setdefault("annotations", {})[BYTES] = str(most)
        url = f"http://{host(web.service.address)}:{web.service.port}/echo"
        (container,) = pod["spec"]["containers"]
        container["command"] = ["sh", "-c", script(url, self.rate)]
        container["env"] = [{"name": "BODY", "value": "msg=" + "x" * max(0, self.size - 4)}]
        return pod

    def _until_it_runs(self) -> None:
        try:
            self.stage.waiting.eventually(
                self.made, _some, within=POD_FINISHED, what="the traffic begins"
            )
        except Unmet as late:
            raise Inconclusive(late.because) from None


def _some(made: int) -> Verdict:
    return met() if made else unmet("no connection was answered")


def script(url: str, rate: float) -> str:
    """What is sent stands in the environment: it is long, and the same each time."""
    options = (
        "--silent --noproxy '*' --output /dev/null --header 'Connection: close' "
        "--connect-timeout 3 --max-time 5 --write-out '%{exitcode} %{http_code}\\n'"
    )
    return f'while true; do curl {options} --data "$BODY" {url}; sleep {1 / rate:g}; done'
