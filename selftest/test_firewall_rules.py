"""Egress firewalls: rules as OVN-Kubernetes takes them, and what a status proves."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.firewall import applied, await_applied, complains, egress_firewall
from kit.rules import EVERY_ADDRESS, Port, Rule, Scene, around, single
from kit.verdict import Unmet
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster
from selftest.fake_time import FakeTime, fake_time
from selftest.refusals import read_or_refused, refusal

__all__ = ["fake_time"]

SCENE = Scene(("192.168.0.1", "fd00::2"), ("node-a", "node-b"), "api.example.com")


def to(cidr: str) -> dict[str, str]:
    return {"cidrSelector": cidr}


@pytest.mark.parametrize(
    "row, items",
    [
        (["denies", "the first responder"], [{"type": "Deny", "to": to("192.168.0.1/32")}]),
        (["allows", "the second responder"], [{"type": "Allow", "to": to("fd00::2/128")}]),
        (["denies", "10.0.0.0/8", ""], [{"type": "Deny", "to": to("10.0.0.0/8")}]),
        (
            ["denies", EVERY_ADDRESS],
            [{"type": "Deny", "to": to("0.0.0.0/0")}, {"type": "Deny", "to": to("::/0")}],
        ),
        (["denies", "every address of the other IP family"], [{"type": "Deny", "to": to("::/0")}]),
        (
            ["denies", "the network around the first responder"],
            [{"type": "Deny", "to": to("192.168.0.3/30")}],
        ),
        (
            ["denies", "the node of the first responder"],
            [
                {
                    "type": "Deny",
                    "to": {"nodeSelector": {"matchLabels": {"kubernetes.io/hostname": "node-a"}}},
                }
            ],
        ),
        (
            ["allows", "the name of the API server"],
            [{"type": "Allow", "to": {"dnsName": "api.example.com"}}],
        ),
        (
            ['"Allowed"', '"203.0.113.7"', '"UDPX" 53, TCP 80'],
            [
                {
                    "type": "Allowed",
                    "to": to("203.0.113.7"),
                    "ports": [
                        {"protocol": "UDPX", "port": 53},
                        {"protocol": "TCP", "port": 80},
                    ],
                }
            ],
        ),
    ],
)
def test_a_row_is_written_as_the_api_takes_it(row, items):
    assert Rule.said(row).items(SCENE) == items


@given(st.ip_addresses())
def test_a_network_around_an_address_has_host_bits_and_holds_it(address):
    text = around(str(address))
    network = ip_network(text, strict=False)
    assert address in network
    assert text.split("/")[0] not in (str(network.network_address), str(address))


def test_a_network_of_one_address_knows_its_family():
    assert [single(address) for address in SCENE.responders] == ["192.168.0.1/32", "fd00::2/128"]


@pytest.mark.parametrize("text, port", [("TCP 8080", 8080), ("UDP 53", 53), ("SCTP 65535", 65535)])
def test_a_port_has_a_protocol(text, port):
    assert Port.said(text) == Port(text.split()[0], port)


@pytest.mark.parametrize(
    "text", ["", "8080", "TCP", "tcp 80", "TCP 0", "TCP 65536", "TCP -1", "TCP 80 90", "ICMP 8"]
)
def test_what_is_no_port_of_a_rule_is_refused(text):
    assert refusal(Port.said, text).startswith(f"{text!r} is no port of a rule: write TCP 8080")


@given(st.text() | st.from_regex(r"(TCP|UDP) .{0,6}", fullmatch=True))
def test_any_text_is_a_port_or_a_sentence(text):
    read = read_or_refused(Port.said, text)
    assert isinstance(read, str) or 0 < read.number < 65536


def test_a_namespace_has_one_firewall_with_exactly_these_rules():
    rules = Rule("Deny", "the first responder").items(SCENE)
    firewall = egress_firewall("tests", rules)
    assert (firewall["kind"], firewall["apiVersion"]) == ("EgressFirewall", "k8s.ovn.org/v1")
    assert (firewall["metadata"]["name"], firewall["metadata"]["namespace"]) == ("default", "tests")
    assert firewall["spec"] == {"egress": rules}
    assert egress_firewall("other", [])["metadata"]["namespace"] == "other"


@pytest.mark.parametrize(
    "firewall, says",
    [
        (None, "there is no such firewall"),
        ({}, "its status is '': no node has reported"),
        (
            {"status": {"status": "EgressFirewall Rules not correctly applied"}},
            "not correctly applied': no node has reported",
        ),
        ({"status": {"messages": ["node-a: bad rule"]}}, "its status is '': node-a: bad rule"),
    ],
)
def test_only_the_status_of_success_counts_as_applied(firewall, says):
    verdict = applied(firewall)
    assert not verdict.met
    assert says in verdict.because


def test_a_new_firewall_is_waited_for_and_then_reported(fake_time: FakeTime):
    firewall = egress_firewall("tests", [])
    cluster = FakeCluster(firewall)
    with pytest.raises(Unmet, match=r"firewall of tests is reported as applied: not within 30 s"):
        await_applied(cluster, Waiting(), "tests")
    cluster.put(firewall | {"status": {"status": "EgressFirewall Rules applied"}})
    await_applied(cluster, Waiting(), "tests")
    assert fake_time.passed == pytest.approx(30)


NOT_APPLIED = "EgressFirewall Rules not correctly applied"


@pytest.mark.parametrize(
    "status, met",
    [
        ({"status": NOT_APPLIED, "messages": ["a: invalid CIDR address: x", "b: invalid CIDR"]}, 1),
        ({"status": NOT_APPLIED, "messages": ["a: invalid CIDR address: x", "b: too many"]}, 0),
        ({"status": NOT_APPLIED, "messages": []}, 0),
        ({"status": "EgressFirewall Rules applied", "messages": ["a: invalid CIDR"]}, 0),
        ({}, 0),
    ],
)
def test_a_complaint_is_one_of_every_node_and_in_the_summary(status, met):
    assert complains("invalid CIDR")({"status": status}).met == bool(met)
    assert not complains("invalid CIDR")(None).met
