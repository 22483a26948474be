"""Claims about kernels, on what a real node has told and on simulated nodes that lie."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from catalog import features
from catalog.kernel import Hook
from kit import footprint, hooks, kernel_costs
from kit.budgets import budgets
from kit.hooks import Watch
from kit.kernel import kernel
from kit.verdict import Inconclusive
from selftest.kernel_stage import (
    LOADED_AT,
    POD,
    meanwhile,
    recorded,
    recorded_told,
    simulated,
    simulated_kernel,
)
from simulation.agent import AgentConfig
from simulation.world import Endpoint

EVERYTHING = ("PacketDrop", "DNSTracking", "FlowRTT", "NetworkEvents", "PacketTranslation", "IPSec")
ALL = AgentConfig(features=frozenset(EVERYTHING), privileged=True)
NONE = AgentConfig()
HOOKED = [feature for feature in features.FEATURES if feature.name in set(EVERYTHING)]


@pytest.fixture(scope="module")
def real():
    return [kernel(recorded_told())]


def rows(part, change):
    found = json.loads(recorded(part))
    for row in found:
        change(row)
    return json.dumps(found)


def test_a_real_node_holds_what_one_feature_needs(real):
    assert footprint.map_sizes(real, ["aggregated_flows", "aggregated_flows_dns"], 120_000)
    assert footprint.map_sizes(real, ["dns_flows"], 1 << 20)
    off = ["aggregated_flows_pkt_drop", "aggregated_flows_network_events", "ipsec_egress_map"]
    off += ["aggregated_flows_xlat", "additional_flow_metrics", "ipsec_ingress_map", "filter_map"]
    assert footprint.map_sizes(real, off, 1)
    assert footprint.nothing_in_advance(real)
    assert footprint.nothing_stale(real)


@pytest.mark.parametrize("feature", HOOKED, ids=lambda feature: feature.name)
def test_on_a_real_node_nothing_hangs_of_features_that_are_off(real, feature):
    assert footprint.hangs_on(real, feature, ())


def test_a_program_that_is_only_loaded_does_not_hang(real):
    wanted = ((Hook("tracepoint", "kfree_skb"),),)
    verdict = footprint.hangs_on(real, features.PACKET_DROP, wanted)
    assert not verdict.met
    assert verdict.because == (
        "node node-a: packet drops hangs on nothing instead of tracepoint kfree_skb; "
        "loaded: kfree_skb"
    )


def test_a_real_node_stays_within_its_sizes(real):
    assert footprint.locked(real[0], "maps") == 22_113_112
    assert footprint.locked(real[0], "programs") == 229_376
    assert footprint.within(real, "maps", 22.2e6)
    assert "22.1 MB (21.1 MiB)" in footprint.within(real, "maps", 22e6).because
    assert "229.4 kB (224.0 KiB)" in footprint.within(real, "programs", 200_000).because


def test_an_old_bpftool_cannot_tell_where_hooks_are(real):
    with pytest.raises(Inconclusive, match=r"has 12 TCX links, .* bpftool 7.3 or newer"):
        hooks.hooked(real, Watch(), pods=False)


def test_kernels_that_cut_names_hold_the_same(real):
    told = recorded_told(programs=rows("prog", lambda row: row.update(name=row["name"][:15])))
    cut = [kernel(told)]
    assert footprint.map_sizes(cut, ["aggregated_flows_network_events"], 1)
    assert len(cut[0].programs) == 16


def test_programs_of_others_with_the_same_names_are_not_ours():
    def held(row):
        row["pids"] = [{"pid": 9, "comm": "netobserv-ebpf-" if row["id"] > 279 else "pwru"}]

    (read,) = [kernel(recorded_told(programs=rows("prog", held)))]
    assert 279 not in {program.id for program in read.programs}
    assert len(read.programs) == 15


def test_what_nobody_holds_is_left_over():
    def held(row):
        row["pids"] = [{"pid": 9, "comm": "netobserv-ebpf-"}] if row["id"] != 279 else []

    verdict = footprint.nothing_stale([kernel(recorded_told(programs=rows("prog", held)))])
    assert "kfree_skb (id 279) was loaded by nobody left" in verdict.because
    assert "map aggregated_flow (id 1009, 912 bytes) belongs to no agent" in verdict.detail


def test_what_was_there_before_the_agent_is_left_over():
    verdict = footprint.nothing_stale([kernel(recorded_told(begun=LOADED_AT + 60))])
    assert "no program of the running agent is loaded (and" in verdict.because
    assert "was loaded 60 s before the agent began" in verdict.detail


def test_no_nodes_prove_nothing():
    with pytest.raises(Inconclusive, match="no node's kernel was read"):
        footprint.nothing_stale([])


def test_nodes_compare_with_their_like_alone(real):
    (one,) = real
    other = replace(one, node="node-b", programs=one.programs[1:])
    alike = footprint.same_code([one, replace(one, node="node-c"), other], lambda _node: "6.18")
    assert alike.because == "node node-b: kfree_skb differs from the other nodes' program"
    with pytest.raises(Inconclusive, match="no two run the same Linux"):
        footprint.same_code([one, other], lambda node: node)


def test_words_that_end_too_early_are_no_verdict():
    told = recorded_told()
    with pytest.raises(Inconclusive, match=r"what node node-a told .* is cut off before end"):
        kernel(replace(told, output=told.output.removesuffix("== end")))


@pytest.mark.parametrize("config", [ALL, NONE], ids=["everything", "nothing"])
def test_an_honest_simulated_node_hangs_and_holds_what_it_has_to(config):
    kernels = [simulated_kernel(config)]
    watching = Watch(pods=config.privileged)
    assert hooks.hooked(kernels, watching, pods=False)
    assert hooks.hooked(kernels, watching, pods=True)
    assert hooks.add_up(kernels)
    assert footprint.nothing_stale(kernels)


@pytest.mark.parametrize(
    "fault, told",
    [
        ("hooks-missing-on-one-interface", "interface enp1s0 has no hook instead of one hook"),
        ("hook-missing-one-way", "interface enp1s0 has a hook for egress instead of one hook"),
        ("hooks-on-excluded-interfaces", "interface lo has .*, and the agent is not to watch it"),
    ],
)
def test_a_wrong_hook_is_told_with_its_interface(fault, told):
    verdict = hooks.hooked([simulated_kernel(ALL, fault)], Watch(pods=True), pods=False)
    with pytest.raises(AssertionError, match=told):
        assert verdict.met, verdict.because


def test_interfaces_are_chosen_as_the_spec_says():
    spec = {"interfaces": ["/^en/", "br-ex"], "excludeInterfaces": ["br-ex"], "privileged": True}
    watching = hooks.watch({"spec": {"agent": {"ebpf": spec}}})
    assert (watching.pods, watching.only) == (True, ("/^en/", "br-ex"))
    (read,) = [simulated_kernel(AgentConfig(interfaces=("/^en/",), exclude_interfaces=()))]
    assert hooks.hooked([read], replace(watching, pods=False), pods=False)
    assert not hooks.hooked([read], Watch(), pods=False).met


def test_the_fullest_node_stands_for_the_costs(real):
    (one,) = real
    fuller = replace(one, node="node-b", maps=(*one.maps, replace(one.maps[8], id=1)))
    kept = fuller.programs[3]
    users = replace(kept, maps=(*kept.maps, 1))
    fuller = replace(fuller, programs=(*fuller.programs[:3], users, *fuller.programs[4:]))
    limit = budgets().limit("ebpf.maps")
    found = kernel_costs.row([one, fuller], "maps", limit)
    assert (found.key, found.who) == ("ebpf.maps", "node node-b")
    assert found.measured == 22_113_112 + 16_778_112
    assert found.met


def test_each_map_is_told_by_its_whole_name(real):
    told = [one.told() for one in kernel_costs.memory_by_map(real)]
    sizes = {one["about"]["map"]: one["values"] for one in told}
    assert len(told) == 19
    assert sizes["aggregated_flows_dns"] == [2_098_048.0]
    assert {one["unit"] for one in told} == {"bytes"}


COMES = Endpoint("demo", "web-2", "10.128.0.6", "node-a", uid="comes", network="blue")
"""Two of its interfaces are in a network namespace of its own."""


@pytest.mark.parametrize("since", range(4), ids=["links", "hooks", "links again", "never"])
@pytest.mark.parametrize("came", [True, False], ids=["comes", "goes"])
def test_a_pod_that_comes_or_goes_while_lists_are_read_is_no_fault(since, came):
    """Lists are read one after the other: `since` is the first that knows of the change."""
    old, new = simulated(ALL), simulated(ALL, pods=(POD, COMES))
    if not came:
        old, new = new, old
    told = meanwhile(*(new if place >= since else old for place in (-1, 0, 1, 2)))
    verdict = hooks.add_up([kernel(told)])
    assert verdict.met, verdict.because


def test_a_link_that_no_interface_shows_is_told():
    with_one_more = simulated(ALL, pods=(POD, COMES))
    told = meanwhile(simulated(ALL), with_one_more, simulated(ALL), with_one_more)
    assert "6 of them are seen on no interface" in hooks.add_up([kernel(told)]).because


def test_a_hook_that_no_link_holds_is_told():
    with_one_more = simulated(ALL, pods=(POD, COMES))
    told = meanwhile(with_one_more, simulated(ALL), with_one_more, simulated(ALL))
    assert "hooks are seen that none of the agent's" in hooks.add_up([kernel(told)]).because
