"""Each fault of the controllers makes the cluster wrong in its own way, and in no other."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from selftest.live_cluster import deny, exit_code, live_cluster, probe, server, service
from simulation.apiserver import HttpReply, HttpRequest, ServiceProxy
from simulation.controllers.lies import CONTROLLER_FAULTS
from simulation.controllers.lokis import Loki
from simulation.faults import Faults, known

APPLIED = "EgressFirewall Rules applied"
URL = "http://198.51.100.10/"


@pytest.fixture(scope="module")
def live(tmp_path_factory, request):
    with live_cluster(tmp_path_factory.mktemp("faulty"), *request.param) as cluster:
        cluster.namespace("faulty")
        yield cluster


def with_faults(*names):
    """Faults that do not touch each other share a cluster, since each costs a start."""
    return pytest.mark.parametrize("live", [names], indirect=True, scope="module")


KEEP = with_faults(
    "agents-keep-old-configuration",
    "firewall-enforced-in-other-namespace",
    "service-without-endpoints",
)
IGNORE = with_faults("agents-ignore-configuration", "status-lies")
UNREADY = with_faults("one-agent-not-ready", "firewall-enforced-late")


def fetch(live, name, namespace="faulty"):
    return exit_code(live.run(namespace, name, "curl", "-sS", "-m", "3", URL))


def wall(live):
    live.firewall("faulty", deny("198.51.100.0/24"))
    live.await_that(lambda: live.firewall_status("faulty").get("status") == APPLIED)


def test_every_fault_is_known_by_its_name():
    assert set(CONTROLLER_FAULTS) <= set(known())


@KEEP
def test_agents_keep_the_old_configuration_and_ready_stays_true(live):
    before = live.agents().metadata.generation
    live.set_collector({"sampling": 1, "privileged": False, "features": ["NetworkEvents"]})
    live.await_that(lambda: live.condition("ConfigurationIssue")["status"] == "True")
    assert live.agents().metadata.generation == before
    assert {config.sampling for config in live.running().values()} == {50}
    assert live.condition("Ready")["status"] == "True"


@IGNORE
def test_agents_look_new_and_act_old(live):
    before = live.agents().metadata.generation
    live.set_collector({"sampling": 1, "features": ["FlowRTT"]})
    live.await_that(lambda: live.agents().metadata.generation > before and live.agents_rolled())
    running = live.running().values()
    assert {(config.sampling, config.features) for config in running} == {(1, frozenset())}


@UNREADY
def test_one_agent_stays_down_and_ready_says_nothing_of_it(live):
    live.set_collector({"sampling": 1})

    def stuck():
        status = live.agents().status
        counts = status.updated_number_scheduled, status.number_ready
        return counts == (3, 2) and live.condition("Ready")["status"] == "True"

    live.await_that(stuck)
    pods = live.core.list_namespaced_pod("netobserv-privileged").items
    reasons = [pod.status.container_statuses[0].state.waiting for pod in pods]
    live.await_that(lambda: sorted(live.running()) == ["master-0", "worker-0"])
    assert len([each for each in reasons if each]) == 1


@IGNORE
def test_a_status_that_lies(live):
    wall(live)
    assert fetch(live, "through") == 0


@UNREADY
def test_a_firewall_that_is_late(live):
    wall(live)
    began = live.now()
    assert fetch(live, "through") == 0
    live.await_that(lambda: fetch(live, f"n{live.now():.0f}") == 28)
    assert 500 < live.now() - began < 1000


@KEEP
def test_a_firewall_that_binds_strangers(live):
    wall(live)
    assert fetch(live, "through") == 0
    assert fetch(live, "stranger", namespace="default") == 28


@with_faults("probe-image-missing")
def test_a_probe_image_that_is_missing_spares_servers(live):
    live.core.create_namespaced_pod("faulty", probe("p", "true"))
    live.apps.create_namespaced_deployment("faulty", server("web"))

    def told():
        statuses = live.pod("faulty", "p").status.container_statuses
        waiting = statuses and statuses[0].state.waiting
        return waiting and waiting.reason in ("ErrImagePull", "ImagePullBackOff")

    live.await_that(told)
    live.await_that(
        lambda: live.apps.read_namespaced_deployment("web", "faulty").status.ready_replicas == 1
    )


@KEEP
def test_a_service_that_never_finds_its_pods(live):
    live.apps.create_namespaced_deployment("faulty", server("web"))
    live.core.create_namespaced_service("faulty", service("web"))
    live.await_that(
        lambda: live.apps.read_namespaced_deployment("web", "faulty").status.ready_replicas == 1
    )
    ended = live.run("faulty", "asks", "curl", "-sS", "-m", "3", "http://web/")
    assert exit_code(ended) in (7, 28)
    assert not live.core.read_namespaced_endpoints("web", "faulty").subsets


async def true_loki(_request):
    return HttpReply(200, {}, b"flows")


def ask_loki(path, *faults):
    """What the handler behind the Service says."""
    hub = SimpleNamespace(store=SimpleNamespace(proxy=ServiceProxy()), faults=Faults(faults))
    loki = Loki(hub, true_loki, "netobserv")
    return asyncio.run(loki.answer(HttpRequest("GET", path)))


@pytest.mark.parametrize(
    "fault, code",
    [
        ("loki-down", 503),
        ("loki-unauthorised", 401),
        ("loki-forbidden", 403),
        ("loki-throttled", 429),
    ],
)
def test_loki_refuses(fault, code):
    assert ask_loki("/loki/api/v1/query_range", fault).status == code
    ready = ask_loki("/ready", fault).status
    assert ready == (503 if fault == "loki-down" else 200)


def test_a_throttled_loki_says_when_to_come_again():
    assert ask_loki("/loki/api/v1/labels", "loki-throttled").headers["Retry-After"] == "1"


def test_a_healthy_loki_answers():
    assert ask_loki("/loki/api/v1/labels").body == b"flows"


@UNREADY
def test_loki_is_reached_through_its_service(live):
    body = live.core.connect_get_namespaced_service_proxy_with_path(
        "loki:3100", "netobserv", "loki/api/v1/labels"
    )
    assert "success" in body
