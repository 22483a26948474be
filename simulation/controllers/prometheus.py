"""A Prometheus that scrapes as the operator's ServiceMonitors say, and the Service it answers at.

Source: operator 1.11, flp_common_objects.go (every 15 s) and ebpf/agent_metrics.go (every 30 s);
the labels of a target are those of prometheus-operator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from catalog.upstream import AGENT_DAEMONSET
from simulation.controllers.expositions import PIPELINE_APPS, PIPELINE_SERVICE, Expositions
from simulation.controllers.hub import Hub, Json
from simulation.pipeline.totals import PREFIX
from simulation.prometheus import PrometheusServer, Scrape, SeriesStore
from simulation.prometheus.exposition import read
from simulation.prometheus.series import Labels, Sample

AGENT_SERVICE = "ebpf-agent-svc-prom"
EVERY_AGENT, EVERY_PIPELINE = 30.0, 15.0
NAMESPACE, SERVICE, PORT = "monitoring", "prometheus", 9090
UNREACHED_FAULT = "one-agent-not-scraped"
Read = Callable[[Json], Iterator[Sample]]


class Prometheus:
    def __init__(self, hub: Hub, expositions: Expositions) -> None:
        self.hub, self.expositions = hub, expositions
        self.series = SeriesStore()
        self.answer = PrometheusServer(self.series, hub.clock.now)
        for port in (PORT, "web"):
            hub.store.proxy.register(NAMESPACE, SERVICE, port, self.answer)

    def start(self) -> None:
        """Begin to scrape: the cluster has come to rest."""
        every, rng = self.hub.clock.every, self.hub.rng
        rounds = ((EVERY_AGENT, self._scrape_agents), (EVERY_PIPELINE, self._scrape_pipeline))
        self._tickers = [every(s, scrape, first=rng.uniform(0.1, 1.0) * s) for s, scrape in rounds]

    def stop(self) -> None:
        for ticker in getattr(self, "_tickers", ()):
            ticker.stop()

    def _scrape_agents(self) -> None:
        nodes = [each["metadata"]["name"] for each in self.hub.seen["Node"].all()]
        pods = self.expositions.pods(AGENT_DAEMONSET)
        answers = []
        for pod in pods:
            node = pod["spec"]["nodeName"]
            dead = node == min(nodes) and self.hub.faults.active(UNREACHED_FAULT)
            samples = None if dead else read(self.expositions.flows.agents.metrics(node))
            answers.append(Scrape(_target(pod, AGENT_SERVICE, "metrics"), samples))
        self._take(AGENT_SERVICE, answers)

    def _scrape_pipeline(self) -> None:
        answers = [
            Scrape(_target(pod, PIPELINE_SERVICE, "prometheus"), self._counts(pod))
            for pod in self.expositions.pods(*PIPELINE_APPS)
        ]
        self._take(PIPELINE_SERVICE, answers)

    def _counts(self, pod: Json) -> Iterator[Sample]:
        totals, flow_metrics = self.expositions.counts_of(pod["metadata"]["name"])
        for name, _labels, value in totals.samples():
            yield f"{PREFIX}{name}", (), float(value)
        yield from flow_metrics.samples()

    def _take(self, job: str, answers: list[Scrape]) -> None:
        now = self.hub.clock.now()
        for scrape in answers:
            self.series.take(scrape, now)
        here = {scrape.target for scrape in answers}
        for target in self.series.targets() - here:
            if dict(target)["job"] == job:
                self.series.forget(target, now)


def _target(pod: Json, service: str, port: str) -> Labels:
    metadata, container = pod["metadata"], pod["spec"]["containers"][0]["name"]
    address = (pod.get("status") or {}).get("podIP", "")
    number = 9400 if service == AGENT_SERVICE else 9401
    return (
        ("container", container),
        ("endpoint", port),
        ("instance", f"{address}:{number}"),
        ("job", service),
        ("namespace", metadata["namespace"]),
        ("pod", metadata["name"]),
        ("service", service),
    )
