"""The gateway of a LokiStack, asked over a port-forward with the caller's own token."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme
import yaml

from kit import caller
from kit.cluster import Cluster
from kit.errors import InfrastructureError
from kit.install import Wishes
from kit.kubeconfig import load
from kit.loki import find_loki
from kit.loki.settings import read
from selftest.installing_stage import Scene, empty_cluster
from selftest.runner import kubeconfig_of

SPACE, ACCOUNT = "netobserv", "default"
COLLECTOR = {"spec": {"namespace": SPACE, "loki": {"mode": "LokiStack"}}}
RBAC = "rbac.authorization.k8s.io/v1"
FORWARD = {"apiGroups": [""], "resources": ["pods/portforward"], "verbs": ["get", "create"]}
LOOK = {"apiGroups": [""], "resources": ["services", "pods", "configmaps"], "verbs": ["*"]}
READER = {"apiGroups": ["loki.grafana.com"], "resources": ["network"], "verbs": ["get"]}


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    with empty_cluster(tmp_path_factory.mktemp("gateway")) as found:
        found.install(Wishes())
        yield found


def allowed(scene: Scene, directory: Path, *rules: dict[str, list[str]]) -> Cluster:
    """A user who may do just that."""
    name = f"readers-{len(rules)}"
    role = {"apiVersion": RBAC, "kind": "ClusterRole", "metadata": {"name": "readers"}}
    scene.cluster.apply(role | {"rules": list(rules)})
    bound = {"apiVersion": RBAC, "kind": "ClusterRoleBinding", "metadata": {"name": name}}
    bound["roleRef"] = {"apiGroup": RBAC[:-3], "kind": "ClusterRole", "name": "readers"}
    bound["subjects"] = [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": SPACE}]
    scene.cluster.apply(bound)
    file = kubeconfig_of(scene.target.kubeconfig, SPACE, ACCOUNT, directory / "kubeconfig")
    return Cluster(load(file), "gateway")


def test_flows_are_read_through_the_gateway_of_a_lokistack(scene):
    found = find_loki(scene.cluster, COLLECTOR, None)
    assert found.name == "Loki (service netobserv/loki-gateway-http:8080, by port-forward)"
    found.check()
    assert found.flows('{app="netobserv-flowcollector"}', 0, scene.simulation.parts.clock.now())


def test_whoever_may_read_network_logs_may_read_them_here(scene, tmp_path):
    cluster = allowed(scene, tmp_path, LOOK, FORWARD, READER)
    find_loki(cluster, COLLECTOR, None).check()


def test_a_reader_without_the_role_is_told_which_one(scene, tmp_path):
    cluster = allowed(scene, tmp_path, LOOK, FORWARD)
    with pytest.raises(InfrastructureError, match=r"netobserv-loki-reader .*get on network of"):
        find_loki(cluster, COLLECTOR, None).check()


def test_without_port_forwards_or_a_route_the_right_is_named(scene, tmp_path):
    cluster = allowed(scene, tmp_path, LOOK)
    with pytest.raises(InfrastructureError, match="get and create on pods/portforward there"):
        find_loki(cluster, COLLECTOR, None)


def test_a_port_forward_that_is_refused_names_the_pod_and_the_right(scene, tmp_path, monkeypatch):
    cluster = allowed(scene, tmp_path, LOOK)
    monkeypatch.setattr(caller, "may_forward", lambda *_asked: True)
    told = r"may not forward a port to pod netobserv/loki-gateway-\S+:8080 \(403\): give it create"
    with pytest.raises(InfrastructureError, match=told):
        find_loki(cluster, COLLECTOR, None).check()


def test_a_token_that_the_gateway_does_not_know_is_refused(scene, monkeypatch):
    monkeypatch.setenv("LOKI_TOKEN", "nobody-knows-me")
    with pytest.raises(InfrastructureError, match=r"wants a tenant or a token.*\(401"):
        find_loki(scene.cluster, COLLECTOR, None).check()


def test_a_gateway_that_another_authority_vouches_for_is_not_trusted(scene):
    place = "v1", "ConfigMap", "openshift-service-ca.crt"
    good = scene.cluster.get(*place, SPACE)["data"]
    stranger = {"service-ca.crt": trustme.CA().cert_pem.bytes().decode()}
    scene.cluster.patch(*place, {"data": stranger}, SPACE)
    try:
        with pytest.raises(InfrastructureError, match="certificate is not trusted"):
            find_loki(scene.cluster, COLLECTOR, None).check()
    finally:
        scene.cluster.patch(*place, {"data": good}, SPACE)


def test_a_gateway_whose_certificate_names_another_is_not_trusted(scene):
    found = scene.cluster.get("v1", "Service", "loki-gateway-http", SPACE)
    metadata = {"name": "other-gateway-http", "namespace": SPACE}
    spec = {key: found["spec"][key] for key in ("selector", "ports")}
    stranger = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
    scene.cluster.apply(stranger)
    loki = {"mode": "LokiStack", "lokiStack": {"name": "other"}}
    try:
        with pytest.raises(InfrastructureError, match=r"certificate is not trusted.*other-gateway"):
            find_loki(scene.cluster, {"spec": {"namespace": SPACE, "loki": loki}}, None).check()
    finally:
        scene.cluster.delete(stranger)


def test_a_login_that_was_renewed_meanwhile_is_used(scene, monkeypatch):
    good = caller.token_of(scene.target, read(COLLECTOR).server)
    tokens = iter(("expired", good))
    monkeypatch.setattr(caller, "token_of", lambda *_asked: next(tokens))
    find_loki(scene.cluster, COLLECTOR, None).check()


def test_an_authority_that_is_no_certificate_is_one_sentence(scene):
    tls = {"enable": True, "caCert": {"type": "configmap", "name": "odd", "certFile": "ca"}}
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "odd"}}
    made["metadata"]["namespace"] = SPACE
    scene.cluster.apply(made | {"data": {"ca": "no certificate"}})
    by_hand = {"authToken": "Forward", "querierUrl": "https://loki-gateway-http:8080", "tls": tls}
    loki = {"mode": "Manual", "manual": by_hand}
    with pytest.raises(InfrastructureError, match="odd holds no certificate that can be read"):
        find_loki(scene.cluster, {"spec": {"namespace": SPACE, "loki": loki}}, None)


def test_a_lokistack_that_is_not_there_is_named(scene):
    loki = {"mode": "LokiStack", "lokiStack": {"name": "other"}}
    found = find_loki(scene.cluster, {"spec": {"namespace": SPACE, "loki": loki}}, None)
    with pytest.raises(InfrastructureError, match="no Service netobserv/other-gateway-http"):
        found.check()


def test_a_user_with_a_certificate_is_told_where_to_get_a_token(scene, tmp_path):
    document = yaml.safe_load(scene.target.kubeconfig.read_text())
    document["users"][0]["user"] = {}
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(document))
    cluster = scene.cluster
    cluster.target = load(tmp_path / "kubeconfig")
    with pytest.raises(InfrastructureError, match="only a certificate: log in with `oc login`"):
        find_loki(cluster, COLLECTOR, None)
