"""The NetObserv operator: what it makes of a FlowCollector, with its traps."""

from __future__ import annotations

import copy

import pytest
from kubernetes import client

from selftest.live_cluster import FLOWS, live_cluster
from simulation.apiserver.flowcollector import warnings
from simulation.controllers import collector_pipeline
from simulation.controllers.collector_agent import config_of, daemon_set, filter_rule
from simulation.controllers.collector_spec import CollectorSpec, seconds
from simulation.controllers.collector_webhook import surroundings


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with live_cluster(tmp_path_factory.mktemp("collector")) as cluster:
        yield cluster


@pytest.fixture
def original(live):
    """The owner's spec, put back afterwards."""
    spec = copy.deepcopy(live.collector()["spec"])
    yield spec
    live.await_that(lambda: put_back(live, spec))
    live.await_that(lambda: live.agents_rolled() and sampled(live, 50))


def put_back(live, spec):
    """Unless the operator writes its status just then."""
    try:
        live.custom.replace_cluster_custom_object(
            *FLOWS, "cluster", live.collector() | {"spec": spec}
        )
    except client.ApiException as refused:
        if refused.status != 409:
            raise
        return False
    return True


def sampled(live, wanted):
    found = live.running()
    return len(found) == 3 and {config.sampling for config in found.values()} == {wanted}


def agent_of(ebpf):
    template = daemon_set(CollectorSpec({"agent": {"ebpf": ebpf}}))["spec"]["template"]
    return config_of(template)


def test_agents_read_back_what_the_operator_wrote():
    config = agent_of(
        {"sampling": 1, "cacheActiveTimeout": "500ms", "features": ["FlowRTT", "IPSec"]}
    )
    assert (config.sampling, config.cache_active_timeout) == (1, 0.5)
    assert config.features == {"FlowRTT", "IPSec"}
    assert config.flow_filter is None


@pytest.mark.parametrize(
    "ebpf, runs",
    [
        ({}, set()),
        ({"privileged": True}, {"PacketDrop"}),
        ({"features": ["PacketDrop", "EbpfManager"]}, {"PacketDrop", "EbpfManager"}),
    ],
)
def test_packet_drops_need_privileges_or_the_manager(ebpf, runs):
    assert agent_of({"features": ["PacketDrop"], **ebpf}).features == runs


def test_sampling_zero_is_not_told_to_the_agent():
    env = daemon_set(CollectorSpec({"agent": {"ebpf": {"sampling": 0}}}))["spec"]["template"]
    names = [each["name"] for each in env["spec"]["containers"][0]["env"]]
    assert "SAMPLING" not in names


def test_a_single_port_as_text_is_lost_as_upstream_loses_it():
    assert filter_rule({"cidr": "10.0.0.0/8", "ports": "80"}) == {"ip_cidr": "10.0.0.0/8"}
    assert filter_rule({"ports": 80}) == {"port": 80}
    assert filter_rule({"destPorts": "80-90"}) == {"destination_port_range": "80-90"}
    assert filter_rule({"sourcePorts": "80,90"}) == {"source_ports": "80,90"}


@pytest.mark.parametrize("text, wanted", [("15s", 15.0), ("200ms", 0.2), ("2m", 120.0)])
def test_durations(text, wanted):
    assert seconds(text) == pytest.approx(wanted)


def test_a_change_rolls_the_agents_one_by_one_and_old_ones_stay_as_they_were(live, original):
    began = live.now()
    live.set_collector({"sampling": 1, "features": ["FlowRTT"]})
    seen = set()

    def rolled():
        seen.add(tuple(sorted(config.sampling for config in live.running().values())))
        return sampled(live, 1) and live.agents_rolled()

    live.await_that(rolled)
    assert live.now() - began > 30
    assert any(1 in each and 50 in each for each in seen), seen
    assert max(len(each) for each in seen) == 3
    assert all(config.features == {"FlowRTT"} for config in live.running().values())


def test_ready_is_true_while_the_last_agent_still_starts(live, original):
    live.set_collector({"sampling": 2})

    def trap():
        ready = live.condition("Ready")["status"] == "True"
        status = live.agents().status
        return ready and status.updated_number_scheduled == 3 and status.number_ready == 2

    live.await_that(trap)


def test_the_conditions_are_upstreams(live):
    conditions = {each["type"]: each for each in live.collector()["status"]["conditions"]}
    assert conditions["Ready"]["message"] == "6 ready components, 0 with failure, 0 pending"
    assert conditions["WaitingFLPMonolith"]["status"] == "False"
    assert conditions["WaitingFLPTransformer"]["reason"] == "ComponentUnused"
    assert conditions["LokiIssue"]["reason"] == "Unused"
    assert not any("observedGeneration" in each for each in conditions.values())
    assert set(live.collector()["status"]) == {"conditions"}


def test_features_without_privileges_are_warned_of_not_refused(live, original):
    live.set_collector({"features": ["NetworkEvents"], "privileged": False})

    def warned():
        found = live.condition("ConfigurationIssue")
        return found["status"] == "True" and found

    found = live.await_that(warned)
    assert found["reason"] == "Warnings"
    said = warnings(live.collector()["spec"], surroundings(live.hub))
    assert found["message"] == "; ".join(said), "the status repeats what the webhook warns of"
    assert "The NetworkEvents feature requires" in found["message"]


def test_the_webhook_refuses_a_filter_twice(live):
    rules = [{"cidr": "10.0.0.0/8", "action": "Accept"}] * 2
    with pytest.raises(client.ApiException) as refused:
        live.set_collector({"flowFilter": {"enable": True, "rules": rules}})
    assert "already exists" in refused.value.body


def test_only_the_object_named_cluster_counts(live):
    body = {"apiVersion": "flows.netobserv.io/v1beta2", "kind": "FlowCollector"}
    body |= {"metadata": {"name": "other"}, "spec": {"agent": {"ebpf": {"sampling": 7}}}}
    live.custom.create_cluster_custom_object(*FLOWS, body)
    before = live.agents().metadata.generation
    live.core.create_namespace({"metadata": {"name": "meanwhile"}})
    live.await_that(lambda: live.core.list_namespaced_config_map("meanwhile").items)
    assert live.agents().metadata.generation == before
    assert "status" not in live.custom.get_cluster_custom_object(*FLOWS, "other")
    live.custom.delete_cluster_custom_object(*FLOWS, "other")


def test_the_direct_model_runs_the_pipeline_on_every_node(live, original):
    live.set_collector({}, deploymentModel="Direct")

    def direct():
        found = live.apps.list_namespaced_daemon_set("netobserv").items
        return found and found[0].status.number_ready == 3

    live.await_that(direct)
    names = [d.metadata.name for d in live.apps.list_namespaced_deployment("netobserv").items]
    assert "flowlogs-pipeline" not in names


def test_the_owners_marks_are_there_to_be_kept(live):
    metadata = live.collector()["metadata"]
    managers = {entry["manager"] for entry in metadata["managedFields"]}
    assert metadata["labels"]["cost-centre"] == "4711"
    assert managers >= {"kubectl-create", "platform-gitops"}


def test_the_owners_subnet_labels_come_first():
    labels = [{"name": "Office", "cidrs": ["203.0.113.0/24"]}]
    wanted = {"processor": {"subnetLabels": {"customLabels": labels}}}
    found = collector_pipeline.subnet_labels(CollectorSpec(wanted))
    assert next(iter(found)) == "Office"
    assert "Pods" in found
    wanted["processor"]["subnetLabels"]["openShiftAutoDetect"] = False
    assert list(collector_pipeline.subnet_labels(CollectorSpec(wanted))) == ["Office"]


def test_what_the_pipeline_runs_changes_its_pods():
    digests = {
        collector_pipeline.config_digest(CollectorSpec(spec))
        for spec in ({}, {"loki": {"enable": False}}, {"loki": {"writeBatchWait": "3s"}})
    }
    assert len(digests) == 3
