"""Counters of pods that are there: one that goes while they are read is none of them."""

from __future__ import annotations

import pytest

from kit.cluster import ProxyReply
from kit.health.counters import Reader
from kit.health.parts import AGENT
from kit.verdict import Inconclusive
from selftest.fake_cluster import FakeCluster

EVICTED = "netobserv_agent_evicted_flows_total"
PRIVILEGED = "netobserv-privileged"
FLOW_COLLECTOR = {"spec": {}}


def agent(name: str) -> dict[str, object]:
    return {
        "kind": "Pod",
        "metadata": {
            **{"name": name, "namespace": PRIVILEGED},
            "labels": {"app": "netobserv-ebpf-agent"},
        },
        "spec": {"nodeName": f"node-of-{name}"},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }


class Serving(FakeCluster):
    """Agents that answer; `going` go as soon as they are asked, `mute` say that nobody is there."""

    speed = 1_000_000.0

    def __init__(self, *names: str, going: str = "", mute: str = "") -> None:
        super().__init__(*map(agent, names))
        self.going, self.mute = going, mute

    def proxy_get(self, namespace: str, name: str, *_rest: object, through: str) -> ProxyReply:
        if name == self.going:
            self.objects.pop(("Pod", namespace, name), None)
        silent = name in (self.going, self.mute)
        return ProxyReply(*((404, {}, "not found") if silent else (200, {}, f"{EVICTED} 7\n")))


def test_a_pod_that_went_meanwhile_is_left_out():
    found = Reader(Serving("a", "b", going="a"), FLOW_COLLECTOR).read(AGENT)
    assert found.by_pod.keys() == {"b"}
    assert found.node_of == {"b": "node-of-b"}
    assert found.total(EVICTED) == 7


def test_a_pod_that_is_there_and_does_not_tell_makes_the_reading_worthless():
    with pytest.raises(Inconclusive, match="agent a on port 9400 cannot be read: HTTP 404"):
        Reader(Serving("a", "b", mute="a"), FLOW_COLLECTOR).read(AGENT)


def test_when_all_of_them_have_gone_nothing_is_counted():
    with pytest.raises(Inconclusive, match="no ready pod"):
        Reader(Serving("a", going="a"), FLOW_COLLECTOR).read(AGENT)
