"""What is claimed of the block list's rules, and how each broken claim is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kit.block_list import BlockList, failed, need, networks, succeeded
from kit.google_lists import Lists
from kit.updater import Run
from kit.verdict import Unmet
from selftest.fake_cluster import FakeCluster

LISTS = Lists("two", ("192.0.2.0/24", "2001:db8::/32"), ("192.0.2.0/25", "2001:db8::/33"))
EXACT = ("Deny 192.0.2.128/25", "Deny 2001:db8:8000::/33", "Allow 0.0.0.0/0", "Allow ::/0")


def firewall(*rules: str, **metadata: Any) -> dict[str, Any]:
    egress = [
        {"type": kind, "to": {"cidrSelector": network}}
        for kind, network in (rule.split() for rule in rules)
    ]
    about = {"name": "default", "namespace": "target", "uid": "u", "generation": 1}
    return {
        "apiVersion": "k8s.ovn.org/v1",
        "kind": "EgressFirewall",
        "metadata": {**about, "resourceVersion": "7", **metadata},
        "spec": {"egress": egress},
    }


def block_list(*rules: str, **metadata: Any) -> BlockList:
    cluster = FakeCluster(firewall(*rules, **metadata)) if rules else FakeCluster()
    outside: Any = SimpleNamespace(
        clients=SimpleNamespace(namespace="target"), stage=SimpleNamespace(cluster=cluster)
    )
    found = BlockList(outside, None, None)  # type: ignore[arg-type]  # neither runs here
    found.lists = LISTS
    return found


def test_the_exact_rules_are_met():
    assert block_list(*EXACT).exact().met


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (EXACT[:1] + EXACT[2:], "leave 0 IPv4 addresses and 3.96e+28 IPv6 addresses open"),
        (("Deny 192.0.2.0/24", *EXACT[1:]), "they deny 128 IPv4 addresses too many"),
        (EXACT[:3], "3 rules, 4 expected"),
        ((EXACT[2], *EXACT[:2], EXACT[3]), "they deny 0 IPv4 addresses too many"),
        ((), "0 rules, 4 expected"),
    ],
)
def test_other_rules_are_told_by_their_addresses(rules, says):
    verdict = block_list(*rules).exact()
    assert not verdict.met
    assert says in verdict.because


def test_an_order_that_differs_is_said_to():
    assert block_list(*EXACT[::-1]).exact().detail == "the same rules in another order"


def test_a_long_difference_is_cut():
    rules = [f"Deny 10.0.{number}.0/24" for number in range(0, 60, 2)]
    assert "extra: 22 more" in block_list(*EXACT, *rules).exact().detail


def test_rules_are_counted_by_family():
    assert block_list(*EXACT).counts() == {
        "rules": 4,
        "denied IPv4 networks": 1,
        "denied IPv6 networks": 1,
        "denied IPv4 addresses": 128,
    }


@pytest.mark.parametrize(
    ("address", "denied"),
    [
        ("192.0.2.200", True),
        ("192.0.2.1", False),
        ("2001:db8:ffff::1", True),
        ("2001:db8::1", False),
        ("198.51.100.1", False),
    ],
)
def test_the_first_rule_that_holds_an_address_decides(address, denied):
    assert block_list(*EXACT).denies(address) is denied


def test_an_address_that_no_rule_holds_is_spared():
    assert not block_list("Deny 192.0.2.0/24").denies("2001:db8::1")


@pytest.mark.parametrize(
    "moved",
    [{"generation": 2}, {"resourceVersion": "8"}, {"uid": "v"}, {"annotations": {"a": "b"}}],
)
def test_an_object_that_has_moved_is_told(moved):
    found = block_list(*EXACT, **moved)
    found.before = firewall(*EXACT)
    verdict = found.unchanged()
    assert not verdict.met
    assert next(iter(moved)) in verdict.because


def test_the_same_object_is_unchanged():
    found = block_list(*EXACT)
    found.before = firewall(*EXACT)
    assert found.unchanged().met


def test_a_firewall_that_is_gone_is_not_unchanged():
    found = block_list()
    found.before = firewall(*EXACT)
    assert not found.unchanged().met


def test_an_updater_that_failed_has_not_succeeded():
    with pytest.raises(Unmet, match="the updater ended with 8: failed: forbidden"):
        succeeded(Run("p", 8, "failed: forbidden"))
    succeeded(Run("p", 0, "done"))


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (Run("p", 0, "done"), "ended with 0, expected it to fail"),
        (Run("p", 4, "failed: cut short"), "not since 'is empty'"),
    ],
)
def test_a_failure_must_be_the_expected_one(run, says):
    with pytest.raises(Unmet, match=says):
        failed(run, "is empty")


def test_the_expected_failure_is_met():
    failed(Run("p", 4, "failed: the list is empty"), "is empty")


def test_a_need_that_is_not_met_is_a_broken_promise():
    with pytest.raises(Unmet):
        need(block_list().unchanged)
    need(block_list(*EXACT).exact)


def test_rules_without_a_cidr_are_told_as_they_are():
    odd = firewall("Deny 192.0.2.0/24")
    odd["spec"]["egress"][0]["to"] = {"dnsName": "example.org"}
    assert networks(odd) == ["Deny {'dnsName': 'example.org'}"]
