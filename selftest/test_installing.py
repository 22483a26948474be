"""What is missing is installed, remembered as ours, and taken away again without a trace."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from catalog.needs import Need
from kit.__main__ import main
from kit.cluster import Cluster
from kit.errors import InfrastructureError, UsageError
from kit.install import Wishes
from kit.install.installing import NotInstalled
from kit.install.ledger import LABEL
from kit.install.which_loki import loki_of
from selftest.installing_stage import OUTSIDE, empty_cluster

COLLECTOR = ("flows.netobserv.io/v1beta2", "FlowCollector", "cluster")
STACK = ("loki.grafana.com/v1", "LokiStack", "loki", "netobserv")
LEDGER = ("v1", "ConfigMap", "netobserv-egress-conformance-installed", "kube-public")


@pytest.fixture
def scene(tmp_path):
    with empty_cluster(tmp_path) as found:
        yield found


def test_an_empty_cluster_gets_everything_and_loses_it_again(scene):
    before = scene.everything()
    said = scene.install(Wishes(size="1x.extra-small", model="kafka"))
    assert said.startswith("installed: Namespace netobserv-object-store, ")
    assert [line for line in scene.said if line.endswith("is ready")] == [
        "the object store is ready",
        "the Loki Operator is ready",
        "the LokiStack is ready",
        "the Network Observability Operator is ready",
        "Kafka is ready",
        "the FlowCollector is ready",
    ]
    spec = scene.cluster.get(*COLLECTOR)["spec"]
    assert (spec["deploymentModel"], spec["loki"]["mode"]) == ("Kafka", "LokiStack")
    assert scene.cluster.get(*STACK)["spec"]["size"] == "1x.extra-small"
    assert scene.install(Wishes(size="1x.extra-small", model="kafka")).startswith("nothing was")
    gone = scene.uninstall()
    assert gone.startswith("removed: FlowCollector cluster, ")
    assert "CustomResourceDefinition flowcollectors.flows.netobserv.io" in gone
    assert scene.everything() == before
    assert scene.uninstall() == "nothing of ours is installed on this cluster"


def test_the_keys_of_the_store_in_the_cluster_are_random_and_agree(scene):
    scene.install()
    secret = scene.cluster.get("v1", "Secret", "minio", "netobserv-object-store")["data"]
    loki = scene.cluster.get("v1", "Secret", "loki-s3", "netobserv")["data"]
    assert secret["MINIO_ROOT_PASSWORD"] == loki["access_key_secret"]
    password = base64.b64decode(loki["access_key_secret"]).decode()
    assert len(password) >= 20
    assert password != "a-key-of-the-lab"
    assert password not in json.dumps(scene.cluster.get(*LEDGER)) + "".join(scene.said)


def test_everything_ours_carries_the_label(scene):
    scene.install(Wishes(loki="monolithic"))
    entries = json.loads(scene.cluster.get(*LEDGER)["data"]["objects.json"])
    assert {"FlowCollector", "Subscription", "Deployment", "Namespace"} <= {
        entry["kind"] for entry in entries
    }
    for entry in entries:
        place = entry["apiVersion"], entry["kind"], entry["name"], entry["namespace"]
        live = scene.cluster.get(*place)
        assert live["metadata"]["labels"][LABEL] == "true"
        assert live["metadata"]["uid"] == entry["uid"]


def test_what_is_there_already_is_left_alone(tmp_path):
    with empty_cluster(tmp_path, without=(Need.LOKI,)) as scene:
        owner = scene.cluster.get(*COLLECTOR)
        said = scene.install()
        assert said == (
            "installed: ConfigMap netobserv/loki, Deployment netobserv/loki, Service netobserv/loki"
        )
        assert scene.cluster.get(*COLLECTOR)["spec"] == owner["spec"]
        assert LABEL not in scene.cluster.get("v1", "Namespace", "netobserv")["metadata"]["labels"]
        scene.uninstall()
        assert scene.cluster.get(*COLLECTOR)["metadata"]["uid"] == owner["metadata"]["uid"]
        assert scene.cluster.get("v1", "Namespace", "netobserv") is not None
        assert scene.cluster.get("apps/v1", "Deployment", "loki", "netobserv") is None


class Torn(Cluster):
    """A process that is killed just before or just after the nth object is made."""

    left, made = 5, False

    def create(self, manifest):
        self.left -= 1
        if self.left < 0 and self.made:
            super().create(manifest)
        if self.left < 0:
            raise KeyboardInterrupt
        return super().create(manifest)


@pytest.mark.parametrize("left", [0, 7, 12])
def test_what_was_begun_is_finished_and_nothing_is_forgotten(tmp_path, left):
    with empty_cluster(tmp_path) as scene:
        before = scene.everything()
        torn = Torn(scene.target, "torn")
        torn.left = left
        with pytest.raises(KeyboardInterrupt):
            scene.install(cluster=torn)
        scene.install()
        assert "the FlowCollector is ready" in scene.said
        scene.uninstall()
        assert scene.everything() == before


@pytest.mark.parametrize("made", [False, True])
def test_half_an_installation_is_taken_away_too(scene, made):
    before = scene.everything()
    torn = Torn(scene.target, "torn")
    torn.left, torn.made = 4, made
    with pytest.raises(KeyboardInterrupt):
        scene.install(cluster=torn)
    scene.uninstall()
    assert scene.everything() == before


def test_a_wrong_key_is_mended_by_installing_again(scene):
    wrong = Wishes(object_store=replace(OUTSIDE, key_secret="guessed"))
    with pytest.raises(NotInstalled, match="refuses the secret key"):
        scene.install(wrong)
    said = scene.install(Wishes(object_store=OUTSIDE))
    assert "Secret netobserv/loki-s3 (changed)" in said
    assert scene.cluster.get("v1", "Namespace", "netobserv-object-store") is None


def test_an_object_that_somebody_has_made_anew_is_not_ours_any_more(scene):
    scene.install(Wishes(loki="monolithic"))
    place = ("v1", "Service", "loki", "netobserv")
    mine = scene.cluster.get(*place)
    scene.cluster.delete(place)
    metadata = {"name": "loki", "namespace": "netobserv", "labels": {LABEL: "true"}}
    spec = {"ports": [{"port": 3100}], "selector": mine["spec"]["selector"]}
    scene.cluster.create(
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
    )
    assert "left: Service netobserv/loki (it is not ours any more)" in scene.uninstall()


def test_a_namespace_with_a_strangers_workload_stays(scene):
    scene.install(Wishes(loki="monolithic"))
    loki = scene.cluster.get("apps/v1", "Deployment", "loki", "netobserv")
    metadata = {"name": "strangers", "namespace": "netobserv"}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata}
    scene.cluster.create(body | {"spec": loki["spec"]})
    assert "Namespace netobserv (it holds Deployment strangers)" in scene.uninstall()
    assert scene.cluster.get("apps/v1", "Deployment", "strangers", "netobserv") is not None


def test_nothing_is_taken_away_under_a_run(scene):
    scene.install(Wishes(loki="monolithic"))
    labels = {"app.kubernetes.io/name": "netobserv-egress-conformance"}
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
    name = {"name": "netobserv-egress-conformance", "namespace": "netobserv", "labels": labels}
    scene.cluster.create(lease | {"metadata": name, "spec": {}})
    with pytest.raises(InfrastructureError, match="a run has borrowed the FlowCollector"):
        scene.uninstall()


def test_a_storage_class_that_nobody_knows_changes_nothing(scene):
    before = scene.everything()
    with pytest.raises(UsageError, match="'standrd-csi' is unknown on this cluster; the nearest"):
        scene.install(Wishes(storage_class="standrd-csi"))
    assert scene.everything() == before


def test_a_cluster_that_lacks_nothing_gets_nothing(tmp_path):
    with empty_cluster(tmp_path, without=()) as scene:
        before = scene.everything()
        assert scene.install().startswith("nothing was missing")
        assert scene.everything() == before


def test_the_commands_install_and_uninstall(scene, capsys):
    before = scene.everything()
    place = ["--kubeconfig", str(scene.target.kubeconfig)]
    assert main(["install", *place, "--loki", "monolithic"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("installed: Namespace netobserv, ")
    assert "the FlowCollector is ready" in told.err
    assert main(["uninstall", *place]) == 0
    assert scene.everything() == before


def test_a_production_cluster_is_not_touched(scene, capsys):
    labels = {"metadata": {"labels": {"environment": "production"}}}
    scene.cluster.patch("v1", "Namespace", "kube-system", labels)
    before = scene.everything()
    words = ["install", "--kubeconfig", str(scene.target.kubeconfig), "--loki", "monolithic"]
    assert main(words) == 4
    assert "this cluster calls itself production" in capsys.readouterr().err
    assert scene.everything() == before


@pytest.mark.parametrize(
    "spec, loki",
    [
        ({}, "monolithic"),
        ({"loki": {"monolithic": {"url": "http://loki.netobserv.svc:3100/"}}}, "monolithic"),
        ({"loki": {"monolithic": {"url": "http://loki.logs.svc:3100/"}}}, "elsewhere"),
        ({"namespace": "flows"}, "elsewhere"),
        ({"loki": {"mode": "LokiStack"}}, "lokistack"),
        ({"loki": {"mode": "LokiStack", "lokiStack": {"name": "central"}}}, "elsewhere"),
        ({"loki": {"mode": "Microservices"}}, "elsewhere"),
        ({"loki": {"enable": False}}, "elsewhere"),
    ],
)
def test_a_flow_collector_says_which_loki_is_missing(spec, loki):
    assert loki_of({"spec": spec}) == loki
