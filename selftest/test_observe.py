"""`--observe`: the flows of others are judged, and the cluster is not touched at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.features import DNS_TRACKING, FLOW_RTT, NETWORK_EVENTS, PACKET_DROP
from kit.asks import Ask
from kit.connection import Connection
from kit.kubeconfig import load
from kit.loki import Flow
from kit.observing import ENOUGH, TELLING, Observed, is_on, newest
from kit.verdict import Inconclusive
from selftest.least import Runner
from selftest.suite_aside import Ended, run
from simulation import Simulation

LOOK_BACK = 2.5
"""Real seconds of foreign traffic after which there are flows to judge."""

ARRIVE = "Flows of every node arrive in Loki"


def flow(**record: Any) -> Flow:
    found = Flow({}, "{}", 1)
    found.update(record)
    return found


def observed(*flows: Flow, **more: Any) -> Observed:
    return Observed(flows, 300.0, {"a": ["10.0.0.1", "fd00::1"], "b": ["10.0.0.2"]}, **more)


def test_without_flows_nothing_is_judged():
    nothing = observed()
    for judge in (nothing.of_every_node, nothing.fits, lambda: nothing.shows(FLOW_RTT)):
        with pytest.raises(Inconclusive, match=r"Loki holds no flow of the last 300 s"):
            judge()


def test_a_node_without_flows_is_named_unless_a_filter_may_have_kept_them_out():
    one = flow(AgentIP="fd00::1")
    assert observed(one, flow(AgentIP="10.0.0.2")).of_every_node().met
    assert "the agents of b left no flow" in observed(one).of_every_node().because
    with pytest.raises(Inconclusive, match="a flow filter is in force, and no flow of b passed it"):
        observed(one, filtered=True).of_every_node()


def test_a_feature_shows_in_some_flow_or_enough_have_a_reason_to():
    tcp = [flow(Proto=6) for _ in range(TELLING)]
    assert observed(*tcp, flow(Proto=6, TimeFlowRttNs=9)).shows(FLOW_RTT).met
    assert not observed(*tcp).shows(FLOW_RTT).met
    with pytest.raises(Inconclusive, match=f"of {TELLING - 1} flows only {TELLING - 1} had"):
        observed(*tcp[1:]).shows(FLOW_RTT)
    with pytest.raises(Inconclusive, match="and none has to"):
        observed(*tcp).shows(PACKET_DROP)


def test_a_feature_that_is_off_shows_in_no_flow_of_enough():
    tcp = [flow(Proto=6) for _ in range(TELLING)]
    assert observed(*tcp).lacks(FLOW_RTT).met
    assert observed(*tcp).lacks(NETWORK_EVENTS).met
    assert not observed(*tcp, flow(DnsId=7)).lacks(DNS_TRACKING).met
    with pytest.raises(Inconclusive, match="only 0 had a reason"):
        observed(*tcp).lacks(DNS_TRACKING)


def test_a_privileged_feature_is_on_only_with_its_privilege():
    spec = {"agent": {"ebpf": {"features": ["PacketDrop", "FlowRTT"]}}}
    assert is_on({"spec": spec}, FLOW_RTT)
    assert not is_on({"spec": spec}, PACKET_DROP)
    spec["agent"]["ebpf"]["privileged"] = True  # type: ignore[assignment]
    assert is_on({"spec": spec}, PACKET_DROP)


def test_the_past_is_read_in_growing_windows_until_there_is_enough():
    asked: list[tuple[float, float]] = []

    class Loki:
        def flows(self, _query: object, start: float, end: float) -> list[Flow]:
            asked.append((start, end))
            return [Flow({}, "{}", int(end) * ENOUGH + n) for n in range(ENOUGH // 2 + 1)]

    newest(Loki(), 1000.0, 300.0)  # type: ignore[arg-type]
    assert asked == [(985.0, 1000.0), (955.0, 985.0)]


def test_nothing_can_be_written(tmp_path):
    simulation = Simulation(seed=1, directory=tmp_path)
    try:
        target = replace(load(simulation.start()), read_only=True)
        connection = Connection(target, "test")
        for method in ("POST", "PATCH", "PUT", "DELETE"):
            with pytest.raises(RuntimeError, match=f"--observe was about to {method}"):
                connection.ask(Ask(method, "/api/v1/namespaces"))
        assert connection.calls.total() == 0
    finally:
        simulation.stop()


def observing(directory: Path, *faults: str) -> tuple[Ended, Runner]:
    """Under the smallest role, on a cluster whose owner has round trips and DNS on."""
    simulation = Simulation(seed=1, directory=directory, faults=faults, production=True)
    runner = Runner(simulation, directory)
    try:
        kubeconfig = runner.start("observe")
        runner.live(LOOK_BACK)
        features = ("features/observed.feature", "features/flows.feature")
        return run(kubeconfig, directory / "build", "--observe", *features), runner
    finally:
        simulation.stop()


def test_others_traffic_is_judged_and_nothing_is_written(tmp_path):
    ended, runner = observing(tmp_path)
    endings = ended.endings()
    assert ended.code in (0, 10), ended.output
    for title in (
        ARRIVE,
        "Observed records fit the catalog",
        "Observed flows show round-trip times while on",
        "Observed flows show DNS tracking while on",
    ):
        assert endings[title] == "passed", ended.output
    (plain,) = [each for each in ended.report["features"] if each["feature"] == "Plain flows"]
    reasons = {one["reason"] for one in plain["scenarios"] if one["verdict"] == "skipped"}
    assert reasons == {"it needs traffic of its own, and --observe sends none and changes nothing"}
    assert plain["statistics"]["skipped"] == len(plain["scenarios"])
    writing = {what for what in runner.used if what[0] not in ("get", "list")}
    assert {resource for _, _, resource, _ in writing} == {"selfsubjectaccessreviews"}


def test_what_is_on_and_does_not_show_is_caught(tmp_path):
    ended, _ = observing(tmp_path, "rtt-missing", "xlat-on-when-off")
    endings = ended.endings()
    assert ended.code == 1
    assert endings["Observed flows show round-trip times while on"] == "failed"
    assert endings["Observed flows show no packet translation while off"] == "failed"
    assert endings["Observed flows show DNS tracking while on"] == "passed"
