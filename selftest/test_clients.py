"""Clients and servers of a scenario: names that never repeat, nodes that fit, facts that follow."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.outcomes import Outcome
from catalog.quirks import Era
from kit.clients import Clients
from kit.eras import Dating
from kit.flows import Witness
from kit.outside import Outside, set_up_responders
from kit.paths import path
from kit.stage import Stage, WebServer, in_namespace, schedulable
from kit.traffic import End
from kit.verdict import Inconclusive
from kit.wait import Waiting
from selftest.conversation import RESPONDER, SERVER, SERVICE, traffic
from selftest.fake_cluster import FakeCluster

ENDED = {"startedAt": "2025-06-01T12:00:00Z", "finishedAt": "2025-06-01T12:00:02Z"}


class Answering(FakeCluster):
    """Pods end the moment they are made, with exit codes in order, the last one for ever."""

    exit_codes: tuple[int, ...] = (0,)
    output = "200 10.1.0.5 40000 172.30.0.80 80 0.001 0.002345\n"
    more_status: dict[str, Any] = {}

    def create(self, item: dict[str, Any]) -> dict[str, Any]:
        code, *rest = self.exit_codes
        self.exit_codes = tuple(rest) or (code,)
        state = {"terminated": {"exitCode": code, **ENDED}}
        status = {"podIP": "10.1.0.9", "containerStatuses": [{"state": state}]} | self.more_status
        super().create(item)
        return self.put(item | {"status": status})


def node(name: str, effect: str = "", **spec: object) -> dict[str, Any]:
    taints = {"taints": [{"key": "x", "effect": effect}]} if effect else {}
    labels = {"kubernetes.io/hostname": name}
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    metadata = {"name": name, "labels": labels}
    return {"kind": "Node", "metadata": metadata, "spec": taints | spec, "status": ready}


NODES = (node("node-b"), node("node-a"), node("master", "NoSchedule"))


@pytest.fixture
def cluster() -> Answering:
    return Answering(*NODES)


@pytest.fixture
def clients(cluster: Answering) -> Clients:
    return Clients(cluster, Waiting(), "tests", {"run": "x"}, worker="gw1")


def web(clients: Clients) -> WebServer:
    return WebServer(clients, SERVICE, SERVER)


def test_no_two_clients_have_one_name(cluster: Answering, clients: Clients):
    names = [web(clients).request("another").client.name for _request in range(3)]
    assert names == ["probe-gw1-1", "probe-gw1-2", "probe-gw1-3"]
    assert {verb for verb, _item in cluster.written} == {"create"}


def test_traffic_remembers_who_talked_to_whom(clients: Clients):
    told = web(clients).request("another")
    assert (told.target, told.server, told.outcome) == (SERVICE, SERVER, Outcome.CONNECTED)
    assert told.command[-1] == "http://172.30.0.80:80/hostname"
    assert told.facts()["the client's address"] == "10.1.0.9"
    straight = web(clients).request_pod("another")
    assert (straight.target, straight.command[-1]) == (SERVER, "http://10.2.0.7:8080/hostname")


@pytest.mark.parametrize("place, name", [("same", "node-b"), ("another", "node-a")])
def test_a_client_runs_where_the_line_says(cluster: Answering, clients: Clients, place, name):
    web(clients).request(place)
    _verb, pod = cluster.written[-1]
    assert pod["spec"]["nodeSelector"] == {"kubernetes.io/hostname": name}


def test_without_another_node_nothing_can_be_said_of_one(clients: Clients):
    clients.cluster = Answering(node("node-b"), node("node-a", unschedulable=True))
    with pytest.raises(Inconclusive, match="no node but node-b takes pods: two are needed"):
        web(clients).request("another")


def test_ordinary_pods_go_to_nodes_without_hard_taints(cluster: Answering):
    cluster.put(node("soft", "PreferNoSchedule"))
    assert schedulable(cluster) == ["node-a", "node-b", "soft"]


def test_a_body_has_the_size_that_the_line_says(clients: Clients):
    command = web(clients).send("another", 8000).command
    assert len(command[command.index("--data") + 1]) == 8000


def test_a_folder_is_put_into_a_namespace():
    kinds = {
        item["kind"]: item["metadata"]["namespace"] for item in in_namespace("web-server", "x")
    }
    assert kinds == {"Deployment": "x", "Service": "x"}


@pytest.mark.parametrize(
    "text, sides",
    [
        ("from the client to the service", ["Src"]),
        ("from the service to the client", ["Dst"]),
        ("of the client", ["Src", "Dst"]),
        ("to the service", ["Src", "Dst"]),
    ],
)
def test_loki_is_asked_for_the_clients_own_streams(text, sides):
    queries = [str(query) for query in Witness(None, traffic()).queries(path(text))]
    assert queries == [
        f'{{{side}K8S_Namespace="tests", {side}K8S_OwnerName="probe-1"}}' for side in sides
    ]


def responders(*addresses: str) -> FakeCluster:
    """A cluster whose Deployment of responders is ready on these addresses."""
    pods = [
        {
            "kind": "Pod",
            "metadata": {"name": f"r-{n}", "namespace": "host", "labels": {"app": "responder"}},
            "spec": {"nodeName": f"node-{n}"},
            "status": {
                "podIP": address,
                "hostIP": address,
                "conditions": [{"type": "Ready", "status": "True"}],
            },
        }
        for n, address in enumerate(addresses)
    ]
    (deployment, _binding) = in_namespace("responder", "host")
    status = {"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2}
    return FakeCluster(*pods, deployment | {"status": status})


def stage(cluster: FakeCluster) -> Stage:
    clients = Clients(cluster, Waiting(), "tests", {})
    return Stage(cluster, clients.waiting, clients, own=lambda item: item)


def test_responders_are_told_apart_by_their_addresses():
    first, second = set_up_responders(stage(responders("192.168.0.1", "192.168.0.2")), "host")
    assert (first.address, second.address, first.port) == ("192.168.0.1", "192.168.0.2", 38080)
    with pytest.raises(Inconclusive, match="share one address: two nodes are needed"):
        set_up_responders(stage(responders("192.168.0.1", "192.168.0.1")), "host")


def outside(cluster: Answering) -> Outside:
    other = End("r-2", "host", "192.168.0.1", 38080, node="node-a")
    clients, ends = Clients(cluster, Waiting(), "walled", {}), [RESPONDER, other]
    return Outside(stage(cluster), clients, ends, Dating(Era.SINCE, "told by a test"))


def test_both_responders_must_be_reached_before_there_is_a_firewall(cluster: Answering):
    outside(cluster).reach_both()
    assert len(cluster.written) == 2
    cluster.exit_codes = (0, 28)
    with pytest.raises(Inconclusive, match="before any firewall, the connection to r-2 times out"):
        outside(cluster).reach_both()


def test_traffic_is_sent_again_only_while_the_firewall_changes(cluster: Answering):
    beyond = outside(cluster)
    assert beyond.connect(0).again is None
    beyond.remove_firewall()
    again = beyond.connect(0).again
    assert again is not None
    assert again().client.name == "probe-3"
    assert beyond.connect(0, settled=True).again is None
