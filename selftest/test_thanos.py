"""The Prometheus of OpenShift, asked over a port-forward with the caller's own token."""

from __future__ import annotations

import dataclasses

import pytest
import trustme
import yaml

from kit import caller
from kit.cluster import Cluster
from kit.errors import InfrastructureError
from kit.kubeconfig import load
from kit.prometheus_finding import THANOS_NAME, THANOS_SPACE, find_prometheus, prometheus_need
from selftest.runner import kubeconfig_of
from simulation import Simulation

HOME, ACCOUNT = "netobserv", "default"
COLLECTOR = {"spec": {"namespace": HOME, "prometheus": {"querier": {"mode": "Auto"}}}}
RBAC = "rbac.authorization.k8s.io/v1"
FORWARD = {"apiGroups": [""], "resources": ["pods/portforward"], "verbs": ["get", "create"]}
LOOK = {"apiGroups": ["", "route.openshift.io"], "verbs": ["get", "list"]}
LOOK["resources"] = ["services", "pods", "configmaps", "routes"]
OPENSHIFT = {"apiGroups": ["config.openshift.io"], "resources": ["*"], "verbs": ["get"]}
API = {"apiGroups": ["monitoring.coreos.com"], "resources": ["prometheuses/api"]}
VIEW = API | {"resourceNames": ["k8s"], "verbs": ["get", "create", "update"]}
"""As in OpenShift's ClusterRole cluster-monitoring-view."""


@pytest.fixture(scope="module")
def simulation(tmp_path_factory):
    found = Simulation(seed=1, speed=1200, directory=tmp_path_factory.mktemp("thanos"))
    found.start()
    yield found
    found.stop()


@pytest.fixture
def cluster(simulation):
    return Cluster(load(simulation.kubeconfig), "thanos")


@pytest.fixture
def allowed(cluster, tmp_path):
    """A user who may do just that."""

    def make(*rules):
        role = {"apiVersion": RBAC, "kind": "ClusterRole", "metadata": {"name": "viewers"}}
        cluster.apply(role | {"rules": [OPENSHIFT, *rules]})
        bound = {"apiVersion": RBAC, "kind": "ClusterRoleBinding", "metadata": {"name": "viewers"}}
        bound["roleRef"] = {"apiGroup": RBAC[:-3], "kind": "ClusterRole", "name": "viewers"}
        bound["subjects"] = [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": HOME}]
        cluster.apply(bound)
        file = kubeconfig_of(cluster.target.kubeconfig, HOME, ACCOUNT, tmp_path / "kubeconfig")
        return Cluster(load(file), "thanos")

    return make


def test_series_are_read_through_thanos(simulation, cluster):
    simulation.parts.prometheus._scrape_agents()
    found = find_prometheus(cluster, COLLECTOR, None)
    assert found.name == (
        "Prometheus (service openshift-monitoring/thanos-querier:9091, by port-forward)"
    )
    assert found.now("up")
    assert prometheus_need(cluster, COLLECTOR).met


def test_whoever_may_view_the_monitoring_may_read_it_here(allowed):
    find_prometheus(allowed(LOOK, FORWARD, VIEW), COLLECTOR, None).now("up")


def test_a_user_without_the_role_is_told_which_one(allowed):
    found = find_prometheus(allowed(LOOK, FORWARD), COLLECTOR, None)
    with pytest.raises(InfrastructureError, match=r"the role cluster-monitoring-view \(403"):
        found.now("up")


def test_without_port_forwards_the_right_and_the_option_are_named(allowed):
    told = r"namespace openshift-monitoring.*pods/portforward there, or pass --prometheus-url"
    with pytest.raises(InfrastructureError, match=told):
        find_prometheus(allowed(LOOK, VIEW), COLLECTOR, None)
    need = prometheus_need(allowed(LOOK, VIEW), COLLECTOR)
    assert not need.met
    assert need.state.value == "unverifiable"


def test_a_token_that_thanos_does_not_know_is_refused(cluster, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_TOKEN", "nobody-knows-me")
    with pytest.raises(InfrastructureError, match=r"wants a token.*\(401"):
        find_prometheus(cluster, COLLECTOR, None).now("up")


def test_the_token_for_loki_is_not_sent_to_thanos(cluster, monkeypatch):
    monkeypatch.setenv("LOKI_TOKEN", "of-loki-alone")
    find_prometheus(cluster, COLLECTOR, None).now("up")


def test_a_thanos_that_another_authority_vouches_for_is_not_trusted(cluster):
    place = "v1", "ConfigMap", "openshift-service-ca.crt"
    good = cluster.get(*place, HOME)["data"]
    stranger = {"service-ca.crt": trustme.CA().cert_pem.bytes().decode()}
    cluster.patch(*place, {"data": stranger}, HOME)
    try:
        with pytest.raises(InfrastructureError, match="certificate is not trusted"):
            find_prometheus(cluster, COLLECTOR, None).now("up")
    finally:
        cluster.patch(*place, {"data": good}, HOME)


def test_a_thanos_that_is_not_there_is_named(cluster, monkeypatch):
    def gone(*named):
        return None if named[1:3] == ("Service", THANOS_NAME) else Cluster.get(cluster, *named)

    monkeypatch.setattr(cluster, "get", gone)
    told = f"no Service {THANOS_SPACE}/{THANOS_NAME}: check spec.prometheus.querier of the"
    with pytest.raises(InfrastructureError, match=told):
        find_prometheus(cluster, COLLECTOR, None).now("up")


def test_without_a_token_it_is_said_how_to_get_one(cluster, tmp_path):
    document = yaml.safe_load(cluster.target.kubeconfig.read_text())
    document["users"][0]["user"] = {}
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(document))
    cluster.target = load(tmp_path / "kubeconfig")
    told = "Prometheus wants a token.*only a certificate.*set PROMETHEUS_TOKEN"
    with pytest.raises(InfrastructureError, match=told):
        find_prometheus(cluster, COLLECTOR, None)


def test_a_pod_asks_the_service_itself(cluster, monkeypatch, tmp_path):
    (tmp_path / "token").write_text("mine\n")
    monkeypatch.setattr(caller, "SERVICE_ACCOUNT", tmp_path)
    inside = {"server": "https://kubernetes.default.svc"}
    cluster.target = dataclasses.replace(cluster.target, **inside)
    found = find_prometheus(cluster, COLLECTOR, None)
    assert found.name == "Prometheus (thanos-querier.openshift-monitoring.svc.cluster.local:9091)"


def test_a_prometheus_that_wants_the_users_token_gets_it_over_a_port_forward(cluster):
    url = f"https://{THANOS_NAME}.{THANOS_SPACE}.svc:9091"
    authority = {"type": "configmap", "name": "openshift-service-ca.crt"}
    authority |= {"certFile": "service-ca.crt"}
    tls = {"enable": True, "caCert": authority}
    manual = {"url": url, "forwardUserToken": True, "tls": tls}
    spec = {"namespace": HOME, "prometheus": {"querier": {"mode": "Manual", "manual": manual}}}
    found = find_prometheus(cluster, {"spec": spec}, None)
    assert "by port-forward" in found.name
    found.now("up")
