"""bpftool's words, old and new; and what is said of words that are none of its own."""

from __future__ import annotations

import json

import pytest

from kit import bpftool
from kit.bpftool import Link, NetHook
from kit.verdict import Inconclusive
from selftest.kernel_stage import recorded


def test_recorded_programs_are_read_whole():
    programs = bpftool.programs(recorded("prog"), "node a")
    assert len(programs) == 16
    drops = programs[0]
    assert (drops.id, drops.type, drops.name) == (279, "tracepoint", "kfree_skb")
    assert (drops.tag, drops.memlock) == ("3884f98cef541ebc", 12288)
    assert drops.maps == (1004, 1005, 1006, 1007, 1008, 1009)
    assert drops.holders is None, "this bpftool tells no processes"


def test_recorded_maps_are_read_whole():
    maps = {one.id: one for one in bpftool.maps(recorded("map"), "node a")}
    assert len(maps) == 19
    assert (maps[1012].name, maps[1012].max_entries) == ("dns_flows", 1048576)
    assert maps[1012].memlock == 16778112


def test_an_old_bpftool_tells_links_of_tcx_by_number():
    links = bpftool.links(recorded("link"), "node a")
    assert len(links) == 12
    assert set(links) == {Link(288, "tcx"), Link(290, "tcx")}
    assert bpftool.net_hooks(recorded("net"), "node a") == ()


def test_a_new_bpftool_tells_where_links_hang():
    rows = [
        {"id": 1, "type": "tcx", "prog_id": 7, "devname": "eth0", "ifindex": 2},
        {"id": 2, "type": "perf_event", "prog_id": 8, "retprobe": True, "func": "xfrm_input"},
        {"id": 3, "type": "perf_event", "prog_id": 9, "tracepoint": "kfree_skb", "cookie": 0},
        {"id": 4, "type": "tracing", "prog_id": 10, "attach_type": "trace_fentry"},
    ]
    assert bpftool.links(json.dumps(rows), "node a") == (
        Link(7, "tcx"),
        Link(8, "perf_event", "kretprobe", "xfrm_input"),
        Link(9, "perf_event", "tracepoint", "kfree_skb"),
        Link(10, "tracing", "fentry"),
    )


def test_a_link_of_an_interface_that_is_gone_hangs_nowhere():
    gone = {"id": 1, "type": "tcx", "prog_id": 7, "devname": "(detached)", "ifindex": 0}
    assert bpftool.links(json.dumps([gone]), "node a") == (Link(7, "tcx", hangs=False),)


def test_hooks_of_both_modes_are_told_by_interface_and_direction():
    tcx = {"devname": "eth0", "ifindex": 2, "kind": "tcx/ingress", "prog_id": 290, "link_id": 5}
    classic = {"devname": "eth1", "ifindex": 3, "kind": "clsact/egress", "name": "x", "id": 282}
    other = {"devname": "nk0", "ifindex": 4, "kind": "netkit/peer", "prog_id": 1}
    text = json.dumps([{"xdp": [], "tc": [tcx, classic, other], "flow_dissector": []}])
    assert bpftool.net_hooks(text, "node a") == (
        NetHook("eth0", "ingress", 290),
        NetHook("eth1", "egress", 282, "clsact"),
    )


def test_what_hangs_on_perf_events_is_told_where_there_are_no_links():
    row = {"pid": 1, "fd": 2, "prog_id": 9, "fd_type": "tracepoint", "tracepoint": "skb:kfree_skb"}
    assert bpftool.perf(json.dumps([row]), "node a") == (
        Link(9, "perf_event", "tracepoint", "kfree_skb"),
    )


def test_processes_are_told_where_bpftool_can_see_them():
    rows = json.loads(recorded("prog"))
    rows[0]["pids"] = [{"pid": 17, "comm": "netobserv-ebpf-"}]
    held, unheld, *_ = bpftool.programs(json.dumps(rows), "node a")
    assert (held.holders, unheld.holders) == (("netobserv-ebpf-",), ())


@pytest.mark.parametrize("read", [bpftool.programs, bpftool.maps, bpftool.links, bpftool.net_hooks])
@pytest.mark.parametrize(
    "text, told",
    [
        ("", "node a told nothing of its"),
        ('[{"id": 1, "type": "ha', r"of node a is no whole JSON \(character 19\)"),
        ("Killed", r"is no whole JSON \(character 0\)"),
        ('{"error": "Operation not permitted"}', "could not list .*: Operation not permitted"),
        ('[{"error": "Operation not permitted"}]', "could not list .*: Operation not permitted"),
        ('{"id": 1}', "are no list of objects"),
        ("[1, 2]", "are no list of objects"),
        ('[{"tc": [{}]}]', "in a form that nobody knows"),
    ],
)
def test_other_words_are_one_sentence_and_no_verdict(read, text, told):
    with pytest.raises(Inconclusive, match=told) as said:
        read(text, "node a")
    assert "\n" not in str(said.value)
