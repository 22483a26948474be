"""Beyond ordinary connections: names, families, SCTP, bad and long lists, refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.outcomes import Outcome
from catalog.quirks import Era
from kit.eras import Dating
from kit.errors import Refused
from kit.evidence import NOTES
from kit.host import Host, api_host
from kit.outside import Outside
from kit.rules import Rule
from kit.sctp import spoken
from kit.stage import WebServer
from kit.updates import apply_long, fillers, refused_for, stays_out, try_name, try_rules
from kit.verdict import Inconclusive, Unmet
from selftest.conversation import RESPONDER, SERVER, SERVICE
from selftest.fake_cluster import FakeCluster
from selftest.test_clients import Answering, Clients, Waiting, stage

OTHER = replace(RESPONDER, name="r-2", address="192.168.0.1")
DENY = Rule("Deny", "the first responder")
INVALID = {"code": 422, "reason": "Invalid", "said": "no", "fields": ("metadata.name",)}


def outside(cluster: FakeCluster, era: Era = Era.SINCE) -> Outside:
    clients = Clients(cluster, Waiting(), "walled", {})
    return Outside(stage(cluster), clients, [RESPONDER, OTHER], Dating(era, "told by a test"))


@pytest.fixture
def cluster() -> Answering:
    nodes = ("node-a", "node-b")
    return Answering(
        *(
            {"kind": "Node", "metadata": {"name": n, "labels": {"kubernetes.io/hostname": n}}}
            for n in nodes
        )
    )


def infrastructure(url: str) -> dict[str, Any]:
    return {
        "kind": "Infrastructure",
        "metadata": {"name": "cluster"},
        "status": {"apiServerURL": url},
    }


def test_the_api_server_is_looked_up_once_and_pinned(cluster: Answering):
    cluster.put(infrastructure("https://api.example.com:6443"))
    cluster.output = "403 10.1.0.5 40000 192.0.2.7 6443 0.001 0.002345\n"
    api = outside(cluster).api
    assert api == Host("api.example.com", 6443, "192.0.2.7")
    argv = api.command().argv
    assert argv[argv.index("--resolve") + 1] == "api.example.com:6443:192.0.2.7"
    assert api.command().read(0, cluster.output).outcome is Outcome.CONNECTED


def test_a_name_that_is_not_found_is_no_denial(cluster: Answering):
    cluster.put(infrastructure("https://api.example.com:6443"))
    cluster.exit_codes, cluster.output = (6,), "curl: (6) Could not resolve host\n"
    with pytest.raises(Inconclusive, match="finds no address for the name"):
        _ = outside(cluster).api


@pytest.mark.parametrize("url, port", [("https://api.x:6443", 6443), ("https://api.x", 443)])
def test_the_api_server_has_a_port(url, port):
    assert api_host(FakeCluster(infrastructure(url))) == Host("api.x", port)


def test_a_cluster_that_does_not_name_it_has_none():
    with pytest.raises(Inconclusive, match="does not name the API server"):
        api_host(FakeCluster())


@pytest.mark.parametrize(
    "said, met",
    [
        ("OTHER: protocol not supported\n", False),
        ("OTHER: connection refused\n", True),
        ("TIMEOUT\n", True),
    ],
)
def test_the_kernel_tells_whether_it_speaks_sctp(cluster: Answering, said, met):
    cluster.exit_codes, cluster.output = (1,), said
    found = spoken(Clients(cluster, Waiting(), "tests", {}))
    assert (found.met, said.strip() in found.how) == (met, True)


@pytest.mark.parametrize(
    "connect, node",
    [
        (lambda outside: outside.connect(0), "node-b"),
        (lambda outside: outside.connect(1), "node-a"),
        (lambda outside: outside.connect_by("UDP", 0), "node-b"),
        (lambda outside: outside.connect_from_its_node(0), "node-a"),
    ],
)
def test_a_client_is_not_on_the_node_that_it_connects_to(cluster: Answering, connect, node):
    first, second = replace(RESPONDER, node="node-a"), replace(OTHER, node="node-b")
    told = outside(cluster)
    told.responders = [first, second]
    connect(told)
    _verb, pod = cluster.written[-1]
    assert pod["spec"]["nodeSelector"] == {"kubernetes.io/hostname": node}


def test_the_other_family_is_that_of_the_same_responder(cluster: Answering):
    told = outside(cluster)
    told.responders = [replace(RESPONDER, other_address="fd00::2"), OTHER]
    sent = told.connect_by_other_family(0)
    assert (sent.target.address, sent.command[-1]) == ("fd00::2", "http://[fd00::2]:38080/hostname")
    with pytest.raises(Inconclusive, match="r-2 has no address of the other family than 192"):
        told.connect_by_other_family(1)


def test_a_client_is_told_by_its_address_of_the_family_that_it_used(cluster: Answering):
    ips = [{"ip": "10.1.0.9"}, {"ip": "fd01::9"}]
    cluster.more_status = {"podIPs": ips}
    told = outside(cluster)
    told.responders = [replace(RESPONDER, other_address="fd00::2"), OTHER]
    assert told.connect(0).client.address == "10.1.0.9"
    for output in ("200 fd01::9 40000 fd00::2 38080 0.001 0.002\n", "curl: (28) timed out\n"):
        cluster.output = output
        assert told.connect_by_other_family(0).client.address == "fd01::9"


@pytest.mark.parametrize(
    "used, server", [("172.30.0.80", SERVER.address), ("fd02::80", "fd01::7"), ("", SERVER.address)]
)
def test_a_client_that_asks_by_name_is_followed_to_the_address_that_it_took(
    cluster: Answering, used, server
):
    told = outside(cluster)
    ends = (replace(SERVICE, other_address="fd02::80"), replace(SERVER, other_address="fd01::7"))
    told.stage.__dict__["web"] = WebServer(told.clients, *ends)
    cluster.output = f"200 10.1.0.9 40000 {used} 80 0.001 0.002\n" if used else ""
    sent = told.request_by_name()
    assert sent.target.address == (used or SERVICE.address)
    assert sent.server is not None
    assert sent.server.address == server


@pytest.mark.parametrize(
    "protocol, port, exit_code, outcome",
    [("UDP", 38081, 0, Outcome.CONNECTED), ("UDP", 38081, 1, Outcome.TIMED_OUT)],
)
def test_other_protocols_have_ports_of_their_own(cluster, protocol, port, exit_code, outcome):
    cluster.exit_codes, cluster.output = (exit_code,), "TIMEOUT\n"
    told = outside(cluster).connect_by(protocol, 0)
    assert (told.outcome, told.target.port) == (outcome, port)
    assert told.command[-1] == f"--protocol={protocol.lower()}"


@pytest.mark.parametrize("era, ends", [(Era.SINCE, Unmet), (Era.UNKNOWN, Inconclusive)])
def test_a_bad_update_that_opens_the_way_breaks_a_promise(cluster: Answering, era, ends):
    with pytest.raises(ends, match="after the bad update the connection is made"):
        stays_out(outside(cluster, era), 0)


def test_a_bad_update_may_open_the_way_where_that_is_known(cluster: Answering):
    NOTES.take_scenario()
    stays_out(outside(cluster, Era.BEFORE), 0)
    assert "known defect" in NOTES.take_scenario()["facts"]
    cluster.exit_codes = (28,)
    stays_out(outside(cluster), 0)
    assert "known defect" not in NOTES.take_scenario()["facts"]


def test_what_was_denied_must_answer_where_no_firewall_is(cluster: Answering):
    NOTES.take_scenario()
    told = outside(cluster)
    told.connect(1)
    cluster.exit_codes = (28, 28, 0)
    told.connect(0)
    told.connect(0)
    told.see_alive()
    _verb, pod = cluster.written[-1]
    assert pod["metadata"]["namespace"] == told.stage.clients.namespace != told.clients.namespace
    facts = NOTES.take_scenario()["facts"]
    assert facts == {f"control after the denial of {RESPONDER.address}:38080": "it answers"}


def test_a_denial_by_a_server_that_has_died_proves_nothing(cluster: Answering):
    told = outside(cluster)
    cluster.exit_codes = (28,)
    told.connect(0)
    with pytest.raises(Inconclusive, match="after the denial, without a firewall, the connection"):
        told.see_alive()


def test_nothing_denied_needs_no_control_after(cluster: Answering):
    told = outside(cluster)
    told.reach_both()
    sent = len(cluster.written)
    told.see_alive()
    assert len(cluster.written) == sent


def test_a_long_list_ends_with_the_rule_that_matters(cluster: Answering):
    apply_long(outside(cluster), DENY, 8002)
    _verb, firewall = cluster.written[-1]
    egress = firewall["spec"]["egress"]
    assert len({rule["to"]["cidrSelector"] for rule in egress}) == len(egress) == 8002
    assert egress[-1]["to"] == {"cidrSelector": f"{RESPONDER.address}/32"}
    assert fillers(2)[1]["to"] == {"cidrSelector": "198.18.0.1/32"}


def test_what_the_api_server_refuses_is_told_by_its_field(cluster: Answering):
    def refuse(_item: dict[str, Any]) -> dict[str, Any]:
        raise Refused("the API server says no", **INVALID)

    assert try_rules(outside(cluster), [DENY]) is None
    cluster.apply = refuse
    refused = try_name(outside(cluster), "other")
    refused_for(refused, "metadata.name")
    assert try_rules(outside(cluster), [DENY]) is not None
    with pytest.raises(Unmet, match="the API server says 422 no, expected: spec"):
        refused_for(refused, "spec")
    with pytest.raises(Unmet, match=r"accepts it, expected: 422 because of metadata\.name"):
        refused_for(None, "metadata.name")


def test_any_other_refusal_of_rules_is_no_answer(cluster: Answering):
    def forbid(_item: dict[str, Any]) -> dict[str, Any]:
        raise Refused("forbidden", code=403, reason="Forbidden", said="no")

    cluster.apply = forbid
    with pytest.raises(Refused):
        try_rules(outside(cluster), [DENY])
