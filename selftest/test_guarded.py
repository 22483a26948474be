"""The guarded server: knocks with a known tuple, policies with the port asked for, nothing left."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.outcomes import Outcome
from kit.clients import Clients
from kit.commands import http_get_from
from kit.guarded import OPEN, OWN_PORTS, Guarded, knock, open_port
from kit.rules import Port
from kit.stage import Behind, Stage
from kit.verdict import Inconclusive
from kit.wait import Waiting
from selftest.conversation import SERVER
from selftest.refusals import refusal
from selftest.test_clients import NODES, Answering

HTTP, OTHER = OPEN


def marked(item: dict[str, Any]) -> dict[str, Any]:
    item["metadata"].setdefault("labels", {})["run"] = "x"
    return item


@pytest.fixture
def cluster() -> Answering:
    return Answering(*NODES)


@pytest.fixture
def guarded(cluster: Answering) -> Guarded:
    clients = Clients(cluster, Waiting(), "clients", {"run": "x"})
    stage = Stage(cluster, Waiting(), clients, marked)
    return Guarded(stage, Behind(clients, SERVER, SERVER), marked)


def test_a_knock_has_a_known_tuple_even_when_nobody_answers(cluster, guarded):
    cluster.exit_codes, cluster.output = (7,), "000  0  0 0.000000 0.000000\n"
    traffic = knock(guarded.server, "another", Port("TCP", 9))
    assert traffic.outcome is Outcome.REFUSED
    assert traffic.client.port in OWN_PORTS
    assert traffic.facts()["sent SrcPort"] == traffic.client.port
    assert f"--local-port {traffic.client.port}" in " ".join(traffic.command)
    assert (traffic.target.port, traffic.server) == (9, traffic.target)


def test_other_protocols_knock_by_agnhost(cluster, guarded):
    cluster.exit_codes, cluster.output = (1,), "REFUSED\n"
    traffic = knock(guarded.server, "same", Port("UDP", 9))
    assert traffic.outcome is Outcome.REFUSED
    assert traffic.command[:3] == ("/agnhost", "connect", f"{SERVER.address}:9")
    assert traffic.client.port is None


def test_what_curl_tells_of_its_port_counts_more_than_what_it_was_told():
    ending = http_get_from(40_001, "http://x/").read(
        0, "200 10.1.0.5 40002 10.2.0.7 80 0.001 0.002345\n"
    )
    assert ending.sent["SrcPort"] == 40_002


def test_a_policy_lets_in_the_port_that_was_asked_for(cluster, guarded):
    guarded.put_policy(OTHER)
    _verb, policy = cluster.written[-1]
    assert policy["spec"]["ingress"] == [{"ports": [{"protocol": "TCP", "port": 9999}]}]
    assert policy["metadata"]["namespace"] == SERVER.namespace
    assert policy["metadata"]["labels"]["run"] == "x"


def test_an_admin_policy_is_about_one_namespace_and_goes_with_the_scenario(cluster, guarded):
    guarded.put_policy(HTTP)
    guarded.put_admin_policy(OTHER)
    _verb, policy = cluster.written[-1]
    subject = {"kubernetes.io/metadata.name": SERVER.namespace}
    assert policy["spec"]["subject"] == {"namespaces": {"matchLabels": subject}}
    assert policy["spec"]["ingress"][0]["ports"][0]["portNumber"]["port"] == 9999
    guarded.clear()
    deleted = [item["kind"] for verb, item in cluster.written if verb == "delete"]
    assert deleted == ["AdminNetworkPolicy"]


def test_only_behind_a_policy_can_traffic_be_sent_again(guarded):
    assert guarded.connect(HTTP).again is None
    guarded.put_policy(HTTP)
    traffic = guarded.connect(HTTP)
    assert traffic.facts()["the policy's name"] == "one-port"
    assert traffic.again is not None
    again = traffic.again()
    assert again.client.name != traffic.client.name
    assert again.facts()["the policy's name"] == "one-port"
    assert guarded.connect(HTTP, settled=True).again is None


def test_a_port_that_was_closed_before_proves_nothing(cluster, guarded):
    cluster.exit_codes, cluster.output = (
        (0, 28),
        "200 10.1.0.5 40000 10.2.0.7 8080 0.001 0.002345\n",
    )
    with pytest.raises(Inconclusive, match="before any policy"):
        guarded.reach_all()


def test_a_port_that_nobody_listens_on_is_refused_at_collection():
    assert open_port(OTHER) is OTHER
    assert "listens on TCP 8080, TCP 9999 alone" in refusal(open_port, Port("TCP", 80))
