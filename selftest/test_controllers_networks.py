"""User-defined networks by the API: the namespace's label, what status says, where pods are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kubernetes import client

from kit.manifests import manifests
from selftest.live_cluster import OVN, Live, exit_code, live_cluster, probe

LABEL = "k8s.ovn.org/primary-user-defined-network"


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with live_cluster(tmp_path_factory.mktemp("networks")) as cluster:
        yield cluster


def body(folder: str, namespace: str) -> dict[str, Any]:
    network = next(item for item in manifests(folder) if item["kind"] != "Namespace")
    network["metadata"].pop("namespace", None)
    if "namespaceSelector" in network["spec"]:
        chosen = {"kubernetes.io/metadata.name": namespace}
        network["spec"]["namespaceSelector"] = {"matchLabels": chosen}
    return network


def network(live: Live, namespace: str) -> dict[str, Any]:
    place = (*OVN, namespace, "userdefinednetworks")
    return live.custom.create_namespaced_custom_object(*place, body("network-layer-3", namespace))


def places(pod: Any) -> dict[str, Any]:
    return json.loads(pod.metadata.annotations["k8s.ovn.org/pod-networks"])


def test_a_pod_has_two_addresses_and_its_status_shows_the_kubelets(live):
    name = live.namespace("two-addresses", {LABEL: ""})
    network(live, name)
    pod = live.run(name, "once", "sleep", "1")
    held = places(pod)
    assert held["default"]["role"] == "infrastructure-locked"
    first, second = (each.ip for each in pod.status.pod_ips)
    assert first == pod.status.pod_ip
    assert held["default"]["ip_addresses"] == [f"{first}/23", f"{second}/64"]
    own = held[f"{name}/layer-3"]
    assert own["role"] == "primary"
    assert own["ip_addresses"][0].startswith("10.251.")


def test_a_pod_waits_for_the_network_of_its_namespace(live):
    name = live.namespace("no-network-yet", {LABEL: ""})
    live.core.create_namespaced_pod(name, probe("early", "sleep", "1"))

    def warned() -> Any:
        events = live.core.list_namespaced_event(name).items
        return [event for event in events if event.reason == "FailedCreatePodSandBox"]

    assert "no primary user-defined network" in live.await_that(warned)[0].message
    assert live.pod(name, "early").status.phase == "Pending"
    network(live, name)
    assert exit_code(live.ended(name, "early")) == 0


def test_a_cluster_wide_network_is_called_by_its_namespace_in_the_annotation(live):
    name = live.namespace("cluster-wide", {LABEL: ""})
    wide = body("network-cluster-wide", name)
    live.custom.create_cluster_custom_object(*OVN, "clusteruserdefinednetworks", wide)

    def created() -> Any:
        place = (*OVN, "clusteruserdefinednetworks", wide["metadata"]["name"])
        status = live.custom.get_cluster_custom_object(*place).get("status") or {}
        return [each for each in status.get("conditions", ()) if name in each["message"]]

    assert live.await_that(created)[0]["type"] == "NetworkCreated"
    pod = live.run(name, "once", "sleep", "1")
    assert f"{name}/{wide['metadata']['name']}" in places(pod)


@pytest.mark.parametrize("before, after", [({}, {LABEL: ""}), ({LABEL: ""}, {LABEL: None})])
def test_the_label_comes_with_the_namespace_or_never(live, before, after):
    name = live.namespace(f"label-{len(before)}", before)
    with pytest.raises(client.ApiException, match="cannot be added/removed"):
        live.core.patch_namespace(name, {"metadata": {"labels": after}})
    live.core.patch_namespace(name, {"metadata": {"labels": {"other": "label"}}})


def test_pods_of_other_namespaces_have_one_address(live):
    pod = live.run(live.namespace("ordinary"), "once", "sleep", "1")
    assert not (pod.metadata.annotations or {}).get("k8s.ovn.org/pod-networks")


def test_ipsec_follows_the_network_operator(live):
    routes = live.hub.world.network.routes
    assert routes.encrypted
    place = ("operator.openshift.io", "v1", "networks", "cluster")
    for mode in ("Disabled", "Full"):
        ovn = {"ovnKubernetesConfig": {"ipsecConfig": {"mode": mode}}}
        live.custom.patch_cluster_custom_object(*place, {"spec": {"defaultNetwork": ovn}})
        live.await_that(lambda mode=mode: routes.encrypted is (mode == "Full"))
