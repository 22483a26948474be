"""The nearest misses: which flows are shown first, how many, and in which words."""

from __future__ import annotations

from kit.misses import SHOWN, Look, nearest_misses, said
from selftest.conversation import answer, request


def look(flow: dict[str, object], *complaints: str, astray: str | None = None) -> Look:
    return Look(flow, astray, complaints)


def test_only_a_flow_on_the_path_without_complaint_is_a_hit():
    assert look(request()).hit
    assert not look(request(), "bytes is 1").hit
    assert not look(request(), astray="DstPort is 1").hit


def test_fewest_complaints_come_first_and_flows_off_the_path_last():
    told = nearest_misses(
        [
            look(answer(), astray="SrcAddr is another"),
            look(request(Bytes=3), "a is wrong", "b is wrong", "c is wrong"),
            look(request(Bytes=1), "a is wrong"),
        ]
    )
    first, second, third = told.split("\n- ")
    assert "bytes 1," in first
    assert first.count("✗") == 1
    assert second.count("✗") == 3
    assert "✗ SrcAddr is another" in third


def test_a_flow_is_told_in_one_line():
    assert said(request()) == (
        "probe-1 10.1.0.5:40000 → 172.30.0.80:80 "
        "(protocol 6, direction 1, packets 5, bytes 500, agent 192.168.0.1)"
    )
    assert said({}) == "? → ? ()"


def test_a_block_holds_the_flow_and_each_difference():
    told = nearest_misses([look(request(), "bytes is 1", astray="DstPort is 1")])
    assert told.splitlines() == [f"- {said(request())}", "  ✗ DstPort is 1", "  ✗ bytes is 1"]


def test_five_flows_are_shown_and_the_rest_counted():
    told = nearest_misses([look(request(), "bytes is 1")] * (SHOWN + 3))
    assert told.count("\n- ") + 1 == SHOWN
    assert told.endswith("… and 3 more")


def test_no_flows_make_no_text():
    assert nearest_misses([]) == ""
