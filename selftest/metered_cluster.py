"""Two nodes with an agent each and one flowlogs-pipeline, whose use and state a test decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from kit.budgets import budgets
from kit.cluster import ProxyReply
from kit.costing import rows, verdict
from kit.errors import Refused
from kit.measuring import Measured, Measuring
from kit.usage import METRICS_API
from kit.verdict import Verdict
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster, Object
from selftest.fake_time import FakeTime

EVERY = 15.0
AGENTS, PIPELINE = {"agent-a": "node-a", "agent-b": "node-b"}, {"flp": "node-a"}
COLLECTOR: dict[str, Any] = {"spec": {"namespace": "netobserv"}}
MIB = 1024 * 1024


class MeteredCluster(FakeCluster):
    """`cores` and `memory` take a name and the number of its sample; None loses the sample."""

    def __init__(self, time: FakeTime) -> None:
        super().__init__()
        self.time, self.calls = time, Counter[str]()
        self.kinds = {f"{METRICS_API}/PodMetrics", f"{METRICS_API}/NodeMetrics"}
        self.cores: Callable[[str, int], float | None] = lambda _name, _number: 0.01
        self.memory: Callable[[str, int], float] = lambda _name, _number: 150.0 * MIB
        self.started = dict.fromkeys(AGENTS, 500.0)
        self.spends, self.window = 0.01, "15s"
        self.page: Callable[[str], str] = self._page
        self.refused: set[str] = set()
        for name in ("node-a", "node-b"):
            self.put(node(name))
        for name, where in AGENTS.items():
            self.put(pod(name, "netobserv-privileged", "netobserv-ebpf-agent", where))
        for name, where in PIPELINE.items():
            self.put(pod(name, "netobserv", "flowlogs-pipeline", where))

    def list(
        self,
        _version: str,
        kind: str,
        namespace: str | None = None,
        selector: str = "",
        fields: str = "",
    ) -> list[Object]:
        self.calls["GET"] += 1
        if kind in self.refused:
            raise Refused("no", code=403, reason="Forbidden", said=f"{kind} is forbidden")
        self.on_read()
        if kind in ("NodeMetrics", "PodMetrics"):
            return self.list_samples(kind, namespace)
        found = super().list(_version, kind, namespace, selector)
        wanted = fields.removeprefix("reason=")
        return [item for item in found if wanted in ("", item.get("reason"))]

    def list_samples(self, kind: str, namespace: str | None) -> list[Object]:
        if kind == "NodeMetrics":
            return list(filter(None, map(self._node_sample, ("node-a", "node-b"))))
        names = [key[2] for key in self.objects if key[:2] == ("Pod", namespace)]
        return list(filter(None, map(self._pod_sample, names)))

    def proxy_get(self, _ns: str, pod: str, port: int, _path: str, **_more: Any) -> ProxyReply:
        self.calls["GET"] += 1
        told = self.page(pod) if port == 9400 else ""
        return ProxyReply(200 if told else 404, {}, told)

    def change(self, kind: str, name: str, change: Callable[[Object], None]) -> None:
        (key,) = [key for key in self.objects if key[0] == kind and key[2] == name]
        change(self.objects[key])

    def measure(self, count: int = 4) -> Measured:
        return Measuring(self, Waiting(), COLLECTOR).take(count)  # type: ignore[arg-type]  # a fake

    def _page(self, pod: str) -> str:
        return page(started=self.started[pod], spent=self.spends * (self.time.now - 500.0))

    def _pod_sample(self, name: str) -> Object | None:
        found = self._stamped(name)
        if found is None:
            return None
        usage = found.pop("usage")
        return found | {"containers": [{"name": "one", "usage": usage}]}

    def _node_sample(self, name: str) -> Object | None:
        return self._stamped(name)

    def _stamped(self, name: str) -> Object | None:
        number = int(self.time.now // EVERY)
        cores = self.cores(name, number)
        if cores is None:
            return None
        at = datetime.fromtimestamp(number * EVERY, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        usage = {"cpu": f"{int(cores * 1e9)}n", "memory": f"{int(self.memory(name, number))}"}
        metadata = {"name": name}
        return {"metadata": metadata, "timestamp": at, "window": self.window, "usage": usage}


def page(
    *, started: float = 500.0, spent: float = 1.5, dropped: int = 0, held: int = 10, told: int = 100
) -> str:
    lines = [
        'netobserv_agent_evictions_total{source="hashmap",reason="timeout"} 5',
        f'netobserv_agent_evicted_flows_total{{source="hashmap",reason="timeout"}} {told}',
        f'netobserv_agent_buffer_size{{name="flowmap"}} {held}',
        'netobserv_agent_buffer_size{name="dnsmap"} 3',
        f"process_start_time_seconds {started:.2f}",
        f"process_cpu_seconds_total {spent:.2f}",
    ]
    if dropped:
        reason = 'source="flow-fetcher",reason="CannotCreateFlowsHashMap"'
        lines.append(f"netobserv_agent_dropped_flows_total{{{reason}}} {dropped}")
    return "\n".join(lines) + "\n"


def node(name: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name},
        "status": {
            "capacity": {"cpu": "4"},
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def pod(name: str, namespace: str, app: str, where: str) -> Object:
    container = {"name": app, "resources": {}}
    status = {"name": app, "restartCount": 0, "lastState": {}, "state": {"running": {}}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"uid-{name}",
            "labels": {"app": app},
        },
        "spec": {"nodeName": where, "containers": [container]},
        "status": {"phase": "Running", "containerStatuses": [status]},
    }


def judged(measured: Measured, phase: str = "rest", percent: int = 80) -> Verdict:
    """Against the shipped budgets."""
    return verdict(measured, rows(measured, budgets(), phase, percent, COLLECTOR["spec"]))


def soon(cluster: MeteredCluster, after: int, act: Callable[[], object]) -> None:
    """Act once, some looks into the measurement."""
    looks = iter(range(10_000))
    cluster.on_read = lambda: act() if next(looks) == after else None
