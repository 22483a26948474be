"""The parts of the pipeline: conditions behind Ready, agents' settings, images, replicas."""

from __future__ import annotations

import pytest

from kit.conditions import no_error, no_issue, waited_for, warnings
from kit.health.agents import on_every_node, run_settings, settings
from kit.health.parts import Part


def collector(*conditions, **ebpf):
    named = ("type", "status", "reason", "message")
    told = [dict(zip(named, each, strict=True)) for each in conditions]
    return {"spec": {"agent": {"ebpf": ebpf}}, "status": {"conditions": told}}


READY = ("Ready", "True", "Ready", "")


def pod(name, node, ready=True, image="agent:v1", **env):
    entries = [{"name": key, "value": value} for key, value in env.items()]
    return {
        "metadata": {"name": name},
        "spec": {"nodeName": node, "containers": [{"image": image, "env": entries}]},
        "status": {"conditions": [{"type": "Ready", "status": str(ready), "message": "no probe"}]},
    }


def agents(*pods, selector=None):
    template = {"spec": {"nodeSelector": selector or {}}}
    return Part("agent", "DaemonSet", {"spec": {"template": template}}, list(pods), "DaemonSet a/b")


def node(name, **labels):
    return {"metadata": {"name": name, "labels": labels}}


def test_waiting_conditions_are_inverted_and_unused_ones_do_not_count():
    good = ("WaitingMonitoring", "False", "Ready", "")
    unused = ("WaitingFLPTransformer", "Unknown", "ComponentUnused", "")
    late = ("WaitingFLPMonolith", "True", "DeploymentNotReady", "2/3")
    assert waited_for(collector(READY, good, unused))
    found = waited_for(collector(READY, good, late))
    assert not found.met
    assert "although it is Ready" in found.because
    assert "WaitingFLPMonolith is True for DeploymentNotReady (2/3)" in found.because


def test_a_status_without_conditions_proves_nothing():
    assert not waited_for(collector(READY)).met
    assert not no_issue(collector(READY), "LokiIssue").met


@pytest.mark.parametrize("status, met", [("False", True), ("Unknown", True), ("True", False)])
def test_an_issue_with_loki_counts_when_it_is_true(status, met):
    assert no_issue(collector(READY, ("LokiIssue", status, "Error", "x")), "LokiIssue").met is met


def test_a_warning_is_no_error_and_is_told():
    warned = collector(("ConfigurationIssue", "True", "Warnings", "demo Loki"))
    assert no_error(warned).met
    assert warnings(warned) == "demo Loki"
    assert not no_error(collector(("ConfigurationIssue", "True", "Error", "bad port"))).met


def test_every_node_that_is_selected_needs_a_ready_agent():
    nodes = [node("n1", kind="a"), node("n2", kind="b")]
    both = agents(pod("p1", "n1"), pod("p2", "n2"))
    assert on_every_node(both, nodes).met
    assert on_every_node(agents(pod("p1", "n1"), selector={"kind": "a"}), nodes).met
    found = on_every_node(agents(pod("p1", "n1", ready=False)), nodes)
    assert "n2 has no agent" in found.because
    assert "the agent on n1 is not ready (Ready is not true: no probe)" in found.because


def test_a_selector_without_any_node_is_not_met():
    assert not on_every_node(agents(selector={"kind": "c"}), [node("n1")]).met


def test_the_environment_of_each_pod_is_compared():
    wanted = collector(sampling=1, cacheMaxFlows=120000, features=["FlowRTT"])
    good = pod("p1", "n1", SAMPLING="1", CACHE_MAX_FLOWS="120000", ENABLE_RTT="true")
    old = pod("p2", "n2", SAMPLING="50", CACHE_MAX_FLOWS="120000", ENABLE_DNS_TRACKING="true")
    assert run_settings(agents(good), wanted).met
    said = run_settings(agents(good, old), wanted).because
    assert "p2 on n2: SAMPLING is '50' instead of '1'" in said
    assert "ENABLE_RTT is None instead of 'true'" in said
    assert "ENABLE_DNS_TRACKING is true and should not be set" in said
    assert not run_settings(agents(), wanted).met


def test_drops_are_only_asked_of_privileged_agents_and_advanced_settings_win():
    assert settings({"features": ["PacketDrop"]})["ENABLE_PKT_DROPS"] is None
    assert settings({"features": ["PacketDrop"], "privileged": True})["ENABLE_PKT_DROPS"] == "true"
    assert "SAMPLING" not in settings({"sampling": 0})
    advanced = {"cacheMaxFlows": 5, "advanced": {"env": {"CACHE_MAX_FLOWS": "7"}}}
    assert settings(advanced)["CACHE_MAX_FLOWS"] == "7"


def test_pods_of_one_part_run_one_image():
    assert agents(pod("p1", "n1"), pod("p2", "n2")).one_image().met
    found = agents(pod("p1", "n1"), pod("p2", "n2", image="agent:v0")).one_image()
    assert "agent:v0 on p2; agent:v1 on p1" in found.because
    assert not agents().one_image().met
