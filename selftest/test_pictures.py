"""Pictures of a run: what they show, what they say where there is nothing to show."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from kit.pictures.bars import Bar, bars
from kit.pictures.measured import ROUND_TRIPS, of_budget, of_maps, pictures
from kit.pictures.nights import by_night
from kit.pictures.page import page
from kit.pictures.phases import Phase, over_time
from kit.pictures.scales import Scale, around, said
from kit.pictures.spread import MOST_DOTS, Group, spread
from kit.results import Result, Run
from kit.round_trips import CROSS, EXTERNAL, SAME, RoundTrips, joined, way
from kit.series import Series

SVG = "{http://www.w3.org/2000/svg}"


def words(svg):
    """Every text of a picture that parses; none of them outside its sheet."""
    root = ElementTree.fromstring(svg)
    width, height = float(root.get("width")), float(root.get("height"))
    texts = root.findall(f".//{SVG}text")
    assert all(0 <= float(t.get("x")) <= width and 0 <= float(t.get("y")) <= height for t in texts)
    return [text.text for text in texts]


@pytest.mark.parametrize(
    "value, unit, text",
    [
        (0.0131, "cores", "13.1 millicores"),
        (16_778_112, "bytes", "16 MiB"),
        (4096, "bytes", "4 KiB"),
        (0, "bytes", "0 MiB"),
        (0.0343, "share", "3.43 %"),
        (0.000133, "seconds", "133 µs"),
        (20, "seconds", "20 s"),
        (-0.0008, "cores", "-0.8 millicores"),
    ],
)
def test_a_value_is_said_with_its_unit(value, unit, text):
    assert said(value, unit) == text


def test_an_axis_has_round_numbers_and_keeps_values_on_it():
    scale = Scale(0, 0.07, 100, 300)
    assert scale.ticks("cores") == pytest.approx([0, 0.02, 0.04, 0.06])
    assert (scale.at(0), scale.at(0.07), scale.at(9)) == (100, 300, 300)
    assert Scale(0, 8000, 0, 1).ticks("bytes") == [0, 2048, 4096, 6144]
    assert Scale(0, 3e6, 0, 1).ticks("bytes") == [0, 1024**2, 2 * 1024**2]
    low, high = around([0.0001, 0.001])
    assert Scale(low, high, 0, 1, log=True).ticks("s") == pytest.approx([1e-4, 2e-4, 5e-4, 1e-3])
    low, high = around([5.0])
    assert high == 4 * low


def test_a_bar_over_its_limit_says_so_in_words():
    found = words(bars("costs", [Bar("drops", 30e6, 20e6), Bar("rtt", -1e6)], "bytes"))
    assert "28.6 MiB of 19.1 MiB: over budget" in found
    assert "-0.954 MiB" in found


def test_a_spread_counts_what_it_does_not_draw():
    values = tuple(0.001 * (1 + n) for n in range(1000))
    svg = spread("latencies", [Group("many", values), Group("none", ())], "seconds")
    assert svg.count("<circle") == MOST_DOTS
    found = words(svg)
    assert "half within 500 ms, 95 % within 950 ms, of 1000" in found
    assert "none" not in found


def test_phases_name_the_highest_and_its_budget():
    series = [
        Series("agent.cpu", "cores", (0.01, 0.02), (0, 15), {"pod": "p1", "node": "n1"}),
        Series("agent.cpu", "cores", (0.01, 0.03), (0, 15), {"pod": "p2", "node": "n2"}),
    ]
    found = words(over_time("cpu", [Phase("rest", tuple(series), 0.1)]))
    assert "30 millicores, n2" in found
    assert "budget 100 millicores" in found


@pytest.mark.parametrize(
    "draw",
    [
        lambda: bars("t", [], "bytes"),
        lambda: spread("t", [Group("g", ())], "seconds"),
        lambda: over_time("t", [Phase("p", (Series("s", "cores", (), ()),))]),
    ],
)
def test_nothing_is_not_drawn(draw):
    with pytest.raises(ValueError, match="says nothing"):
        draw()


def test_names_from_the_cluster_cannot_break_a_picture():
    assert "<b>&" in words(bars("<t>", [Bar("<b>&", 1)], "bytes"))
    assert "<script>" not in page("x", {"nodes": "<script>"}, [])


def flow(source, destination, rtt=1000, at=1):
    record = {"TimeFlowRttNs": rtt}
    for side, node in (("Src", source), ("Dst", destination)):
        if node:
            record |= {f"{side}K8S_Name": "pod", f"{side}K8S_HostName": node}

    class Read(dict):
        at_ns, line = at, json.dumps(record)

    return Read(record)


def test_a_round_trip_belongs_to_the_way_that_its_packets_take():
    assert way(flow("n1", "n1")) == SAME
    assert way(flow("n1", "n2")) == CROSS
    assert way(flow("n1", "")) == way(flow("", "n2")) == EXTERNAL


def test_a_flow_that_is_read_often_counts_once():
    trips = RoundTrips()
    trips.take([flow("n1", "n1"), flow("n1", "n1"), flow("n1", "n1", at=2), flow("a", "a", rtt=0)])
    assert joined([trips.told(), trips.told()])[SAME] == pytest.approx([1e-6] * 4)


def test_a_run_without_measurements_says_what_is_missing():
    drawn = pictures(Run(), [])
    assert not any(one.svg for one in drawn)
    text = page("title", {}, drawn)
    assert "--allow-privileged" in text
    assert "<svg" not in text


DOCUMENT = {
    "phase": "rest",
    "series": [Series("agent.memory", "bytes", (5e7,), (0,), {"node": "n"}).told()],
    "rows": [{"key": "agent.memory.rest", "measured": 5e7, "limit": 2e8}],
}
DELTA = {
    "phase": "FlowRTT",
    "series": [],
    "rows": [{"key": "delta.FlowRTT.agent.cpu", "measured": 0.002, "limit": 0.01}],
    "values": {
        "agent.cpu": 0.012,
        "agent.memory": None,
        "pipeline.cpu": None,
        "pipeline.memory": None,
        "flows": 24.0,
        "loki": 8192.0,
    },
}
MAP = Series("memory by map", "bytes", (4096.0,), (0,), {"node": "n", "map": "dns_flows"}).told()


def test_a_run_shows_what_it_has_measured():
    run = Run()
    run.results["a"] = Result("a", "t", "Plain flows", "f", 1, latencies=[4.0, 8.0])
    trips = RoundTrips()
    trips.take([flow("n1", "n2")])
    run.learn({"measured": [{"what": ROUND_TRIPS, "told": trips.told()}]})
    documents = [DOCUMENT, DELTA, {"phase": "kernel.maps", "series": [MAP], "rows": []}]
    drawn = {one.name: one.svg for one in pictures(run, documents)}
    assert "Plain flows" in words(drawn["How soon a flow is seen"])
    assert "between nodes" in words(drawn["Round-trip times"])
    assert "budget 191 MiB" in words(drawn["Memory of each agent"])
    assert "FlowRTT" in words(drawn["What each feature adds to an agent's processor time"])
    assert "8 KiB" in words(drawn["Bytes that go to Loki in a second"])
    assert "24" in words(drawn["Flows that agents export in a second"])
    assert "4 KiB" in words(drawn["Memory by eBPF map on n"])
    assert drawn["Processor time of each node"] == ""
    text = page("title", {}, pictures(run, documents))
    assert "<th>agent, memory</th>" in text
    assert "<td>FlowRTT</td><td>not known</td>" in text
    assert "http" not in text.replace('"http://www.w3.org/2000/svg"', "")


def test_costs_are_drawn_night_by_night_under_their_budgets():
    nights = [{"agent.memory.rest": 4.5e7}, {}, {"agent.memory.rest": 5e7, "ebpf.maps": 6e7}]
    (drawn,) = by_night(nights, [DOCUMENT])
    assert drawn.name == "Memory of an agent, night by night"
    found = words(drawn.svg)
    assert {"rest", "47.7 MiB, highest", "budget 191 MiB", "earlier runs first"} <= {*found}
    (none,) = by_night(nights[:1], [DOCUMENT])
    assert (none.svg, none.says) == ("", "No cost is known of two runs: --history FILE keeps them.")


def test_a_scenario_gets_the_pictures_of_its_own_measurements():
    assert [one.name for one in of_budget(DOCUMENT)] == ["Memory of each agent"]
    assert [one.name for one in of_budget(DELTA)] == [
        "What each feature adds to an agent's processor time"
    ]
    assert len(of_maps([MAP])) == 1
    assert of_maps([]) == []
