"""Filtered servers: who gets which rule, whose clients are sent again, what the agents count."""

from __future__ import annotations

from collections import Counter

import pytest

from kit.agent_counters import AgentCounters
from kit.cluster import ProxyReply
from kit.filter_rules import EVERYTHING, FilterRule, rule
from kit.filtered import Port, _assigned, _read_dial
from kit.nodes import pod_networks
from kit.traffic import End
from kit.verdict import Inconclusive
from selftest.fake_cluster import FakeCluster
from selftest.refusals import refusal

WIDE = (
    rule([["action", "Accept"]]),
    FilterRule((("action", "Reject"),), around=True),
)
PORT = (rule([["ports", "80"]]),)


def end(address: str) -> End:
    return End(f"s-{address}", "ns", address, 8080, "filtered-server", "node-a", "10.0.0.1")


def test_a_rule_for_more_than_one_address_gets_a_server_without_neighbours():
    ends = [end("10.128.0.4"), end("10.128.0.5"), end("10.128.0.8")]
    assigned = _assigned((EVERYTHING, WIDE, PORT), ends)
    assert [one.address for one in assigned] == ["10.128.0.4", "10.128.0.8", "10.128.0.5"]


def test_where_all_have_neighbours_any_server_does():
    ends = [end("10.128.0.4"), end("10.128.0.5")]
    assert {one.address for one in _assigned((EVERYTHING, WIDE), ends)} == {
        "10.128.0.4",
        "10.128.0.5",
    }


def node(name: str, noted: str = "", *cidrs: str) -> dict[str, object]:
    annotations = {"k8s.ovn.org/node-subnets": noted} if noted else {}
    return {"metadata": {"name": name, "annotations": annotations}, "spec": {"podCIDRs": [*cidrs]}}


def test_pod_networks_are_those_that_ovn_kubernetes_notes():
    nodes = [
        node("a", '{"default":["10.128.0.0/23","fd01::/64"]}', "10.9.0.0/24"),
        node("b", '{"default":"10.128.2.0/23"}'),
        node("c", "", "10.128.4.0/24"),
    ]
    assert pod_networks(nodes, 4) == {
        "a": "10.128.0.0/23",
        "b": "10.128.2.0/23",
        "c": "10.128.4.0/24",
    }
    assert pod_networks(nodes, 6) == {"a": "fd01::/64"}


def test_a_port_is_said_with_its_protocol():
    assert Port.said("UDP 8081") == Port("UDP", 8081)
    for wrong in ("8081", "SCTP 9", "TCP 0", "TCP 70000"):
        assert "is no port of a server" in refusal(Port.said, wrong)


def test_a_dial_is_made_when_it_was_answered():
    assert _read_dial(0, '{"responses":["s-1"]}').outcome.value == "is made"
    assert _read_dial(0, '{"errors":["timed out"]}').outcome.value != "is made"
    assert _read_dial(7, '{"responses":["s-1"]}').outcome.value != "is made"


TEXT = """# TYPE netobserv_agent_filtered_flows_total counter
netobserv_agent_filtered_flows_total{source="flow-filtering",reason="FilterAccept"} 12
netobserv_agent_filtered_flows_total{reason="FilterReject",source="flow-filtering"} 1.5e+06
netobserv_agent_evictions_total{reason="timeout"} 7
"""


class Agents(FakeCluster):
    status, asked = 200, ()

    def proxy_get(self, *where: object, through: str) -> ProxyReply:
        self.asked = (*where, through)
        return ProxyReply(self.status, {}, TEXT)


def agents() -> Agents:
    metadata = {"name": "agent-1", "namespace": "netobserv-privileged"}
    labels = {"labels": {"app": "netobserv-ebpf-agent"}}
    return Agents({"kind": "Pod", "metadata": metadata | labels, "spec": {"nodeName": "node-a"}})


def test_counts_are_read_from_the_agent_itself():
    cluster = agents()
    found = AgentCounters(cluster, {"spec": {}}).read({"node-a"})
    assert found == Counter(FilterAccept=12, FilterReject=1_500_000)
    assert cluster.asked == ("netobserv-privileged", "agent-1", 9400, "metrics", "pods")


def test_a_secured_port_is_asked_by_https():
    cluster = agents()
    server = {"port": 9444, "tls": {"type": "Auto"}}
    ebpf = {"agent": {"ebpf": {"metrics": {"server": server}}}}
    AgentCounters(cluster, {"spec": ebpf}).read({"node-a"})
    assert cluster.asked[1:3] == ("https:agent-1", 9444)


def test_counts_that_cannot_be_read_prove_nothing():
    cluster = agents()
    with pytest.raises(Inconclusive, match="no agent on each of the nodes node-b"):
        AgentCounters(cluster, {"spec": {}}).read({"node-b"})
    cluster.status = 503
    with pytest.raises(Inconclusive, match="cannot be read: HTTP 503"):
        AgentCounters(cluster, {"spec": {}}).read({"node-a"})
    off = {"spec": {"agent": {"ebpf": {"metrics": {"enable": False}}}}}
    with pytest.raises(Inconclusive, match="serve no metrics"):
        AgentCounters(cluster, off).read({"node-a"})
