"""User-defined networks: names as flows have them, addresses on the wire, what is awaited."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.features import UDN_MAPPING
from kit.addresses import default_address, wire_address
from kit.manifests import manifests
from kit.networks import FOLDERS, created, name_in_flows
from kit.traffic import between_nodes
from selftest.conversation import traffic

DEFAULT = {"ip_addresses": ["10.128.0.7/23"], "role": "infrastructure-locked"}
OWN = {"ip_addresses": ["10.251.1.4/24"], "role": "primary"}


def pod(networks: object = None, **spec: Any) -> dict[str, Any]:
    text = networks if isinstance(networks, str) else json.dumps(networks)
    marks = {} if networks is None else {"k8s.ovn.org/pod-networks": text}
    metadata = {"name": "web-1", "namespace": "team", "annotations": marks}
    return {"metadata": metadata, "spec": spec, "status": {"podIP": "10.128.0.7"}}


def test_on_a_network_of_its_own_a_pod_is_found_there():
    joined = pod({"default": DEFAULT, "team/blue": OWN})
    assert wire_address(joined) == "10.251.1.4"
    assert default_address(joined) == "10.128.0.7"


@pytest.mark.parametrize(
    "networks",
    [
        None,
        "no JSON",
        "[]",
        {},
        {"default": {"ip_addresses": ["10.128.0.7/23"], "role": "primary"}},
        {"default": DEFAULT, "team/blue": {"role": "primary"}},
        {"default": DEFAULT, "team/blue": {**OWN, "role": "secondary"}},
    ],
)
def test_everywhere_else_the_status_says_it(networks):
    assert wire_address(pod(networks)) == "10.128.0.7"


def test_a_pod_on_the_host_has_its_nodes_address():
    assert wire_address(pod({"team/blue": OWN}, hostNetwork=True)) == "10.128.0.7"


def network(words: str) -> dict[str, Any]:
    return next(item for item in manifests(FOLDERS[words]) if item["kind"] != "Namespace")


def test_names_are_those_of_flows():
    assert name_in_flows(network("a layer 3 network")) == "flow-conformance-layer-3/layer-3"
    assert name_in_flows(network("a cluster-wide network")) == "flow-conformance-cluster-wide"


@pytest.mark.parametrize("words", FOLDERS)
def test_the_label_is_there_before_the_network(words):
    first, second = manifests(FOLDERS[words])
    assert first["kind"] == "Namespace"
    assert first["metadata"]["labels"]["k8s.ovn.org/primary-user-defined-network"] == ""
    spec = second["spec"].get("network", second["spec"])
    assert spec[spec["topology"].lower()]["role"] == "Primary"


def status(kind: str, value: str) -> dict[str, Any]:
    told = {"type": kind, "status": value, "reason": "Some", "message": "words"}
    return {"status": {"conditions": [{"type": "Other", "status": "True"}, told]}}


@pytest.mark.parametrize(
    "found, met",
    [
        (status("NetworkCreated", "True"), True),
        (status("NetworkReady", "True"), True),
        (status("NetworkCreated", "False"), False),
        ({"status": {}}, False),
        (None, False),
    ],
)
def test_a_network_is_there_when_its_status_says_so(found, met):
    assert created(found).met is met


def test_nodes_see_the_conversation_under_their_own_addresses():
    seen = between_nodes(traffic())
    for end, whole in ((seen.client, traffic().client), (seen.target, traffic().server)):
        assert (end.namespace, end.port) == ("", None)
        assert (end.owner, end.address) == (whole.node, whole.node_address)
    assert seen.outcome is traffic().outcome


def test_what_is_always_there_is_empty_without_its_feature():
    assert [field.key for field in UDN_MAPPING.fills] == ["Udns"]
    assert UDN_MAPPING.adds == ()
