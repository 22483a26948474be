"""Filter rules: from a table to what the FlowCollector takes, once the addresses are known."""

from __future__ import annotations

import pytest

from catalog.flow_filter import MOST_RULES
from kit.configuration import Configuration, Wish, grant, merge
from kit.filter_rules import EVERYTHING, FilterRule, rule, said
from kit.traffic import End
from selftest.refusals import refusal

SERVER = End("s", "ns", "10.128.0.5", 8080, "filtered-server", "node-a", "10.0.0.1")
NETWORKS = {"node-a": "10.128.0.0/23"}


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (["action", "Reject"], {"action": "Reject"}),
        (["ports", "8080"], {"ports": 8080}),
        (["ports", '"8080"'], {"ports": "8080"}),
        (["source ports", "8080-8085"], {"sourcePorts": "8080-8085"}),
        (["destination ports", "8080,9090"], {"destPorts": "8080,9090"}),
        (["TCP flags", "SYN-ACK"], {"tcpFlags": "SYN-ACK"}),
        (["peer", "the server's node"], {"peerCIDR": "10.128.0.0/23"}),
        (["sampling", "50"], {"sampling": 50}),
        (["drops", "only"], {"pktDrops": True}),
    ],
)
def test_a_row_becomes_a_setting_of_the_custom_resource(row, wanted):
    assert rule([row]).spec(SERVER, NETWORKS) == {"cidr": "10.128.0.5/32"} | wanted


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ([], "the table is empty: say at least one setting of the rule"),
        ([["action"]], "a row has a setting and its value, not 1 columns: ['action']"),
        ([["acton", "Accept"]], "'acton' is no setting of a filter rule; did you mean 'action'?"),
        ([["action", "Drop"]], "'Drop' is no action of a filter rule"),
        ([["ports", "80 to 90"]], "'80 to 90' are no ports"),
        ([["sampling", "0"]], "'0' is no sampling"),
        ([["ports", "1"], ["ports", "2"]], "the rule sets ports twice"),
    ],
)
def test_what_cannot_be_meant_is_refused(table, told):
    assert told.split(";")[0] in refusal(rule, table)


def test_around_a_server_is_the_next_wider_network_of_its_family():
    around = FilterRule((("action", "Reject"),), around=True)
    assert around.network("10.128.0.5") == "10.128.0.4/31"
    assert around.network("fd00::5") == "fd00::4/127"


ACCEPT_PORT = (rule([["action", "Accept"], ["ports", "8080"]]),)
FILTERED = Wish(filters=frozenset({ACCEPT_PORT}))


def test_a_filter_is_a_configuration_of_its_own():
    plain, sampled = Wish(), Wish(filters=frozenset({(rule([["sampling", "50"]]),)}))
    groups = merge([plain, FILTERED, Wish(on=frozenset({"FlowRTT"})), sampled])
    assert len(groups) == 2
    assert grant(plain, groups).filters == ()
    assert grant(plain, groups).spec()["agent"]["ebpf"]["flowFilter"] == {"enable": False}
    assert grant(FILTERED, groups).filters[0] == EVERYTHING
    assert len(grant(FILTERED, groups).filters) == 3


def test_more_rules_than_the_agents_take_cost_one_more_configuration():
    wishes = [
        Wish(filters=frozenset({(rule([["ports", str(port)]]),)}))
        for port in range(1, MOST_RULES + 1)
    ]
    groups = merge(wishes)
    assert sorted(len(group.filters) for group in groups) == [1, MOST_RULES - 1]


def test_without_privileges_is_no_company_for_features_that_need_them():
    bare = Wish(unprivileged=frozenset({"PacketDrop"}))
    assert not bare.agrees_with(Wish(on=frozenset({"NetworkEvents"})))
    assert not bare.agrees_with(Wish(off=frozenset({"PacketDrop"})))
    granted = grant(bare, merge([bare, Wish(on=frozenset({"FlowRTT"}))]))
    ebpf = granted.spec()["agent"]["ebpf"]
    assert (ebpf["features"], ebpf["privileged"]) == (["FlowRTT", "PacketDrop"], False)


def test_a_filter_is_written_and_shown_only_with_addresses():
    granted = grant(FILTERED, merge([FILTERED]))
    assert "not known yet" in refusal(granted.spec)
    other = End("t", "ns", "10.128.0.9", 8080, "filtered-server", "node-a", "10.0.0.1")
    real = granted.resolved([SERVER, other], NETWORKS)
    rules = real.spec()["agent"]["ebpf"]["flowFilter"]["rules"]
    assert rules == [
        {"cidr": "10.128.0.5/32", "action": "Accept"},
        {"cidr": "10.128.0.9/32", "action": "Accept", "ports": 8080},
    ]
    shown = {"SAMPLING": "1", "ENABLE_FLOW_FILTER": "true"}
    text = '[{"ip_cidr":"10.128.0.5/32"},{"ip_cidr":"10.128.0.9/32"}]'
    assert real.is_shown_by(shown | {"FLOW_FILTER_RULES": text})
    assert not real.is_shown_by(shown | {"FLOW_FILTER_RULES": text.replace("9/32", "8/32")})
    assert not Configuration().is_shown_by(shown)


def test_rules_are_said_in_words():
    assert said([ACCEPT_PORT, EVERYTHING]) == "action Accept, ports 8080; action Accept"
