"""Off OpenShift the operator comes by Helm, by pinned version; only our releases go again."""

from __future__ import annotations

import json

import pytest

from kit.errors import UsageError
from kit.install import Wishes, installed, removed
from kit.install.charts import Charts
from kit.install.installing import NotInstalled
from kit.install.versions import pinned
from kit.programs import Failed, Programs, Ran
from selftest.installing_stage import empty_cluster
from simulation import population
from simulation.apiserver import definitions

OLM = ("subscriptions", "installplans", "operatorgroups", "catalogsources")
CRD = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")


class Helm(Programs):
    """A helm that knows one thing: what the operator's chart brings."""

    def __init__(self, scene, **releases):
        super().__init__({})
        self.scene, self.releases, self.calls, self.broken = scene, dict(releases), [], ""

    def require(self, *names):
        assert names == ("helm",)

    def run(self, name, *words, within=60.0, given="", check=True):
        told = " ".join((name, *words))
        self.calls.append(told)
        if self.broken and self.broken in told:
            ran = Ran((name, *words), 1, "", "Error: INSTALLATION FAILED: denied", 0.1)
            raise Failed(f"`{name} {words[0]}` failed: {ran.said}", ran)
        if words[0] == "list":
            rows = [{"name": key, "namespace": space} for key, space in self.releases.items()]
            return Ran((name, *words), 0, json.dumps(rows), "", 0.1)
        if words[0] == "upgrade":
            self.releases[words[2]] = words[words.index("--namespace") + 1]
            if words[2] == "netobserv":
                self._operator()
        if words[0] == "uninstall":
            del self.releases[words[1]]
        return Ran((name, *words), 0, "", "", 0.1)

    def _operator(self):
        cluster = self.scene.cluster
        if not cluster.serves("flows.netobserv.io/v1beta2", "FlowCollector"):
            wanted = "flowcollectors.flows.netobserv.io"
            known = {each["metadata"]["name"]: each for each in definitions.definitions()}
            cluster.create(known[wanted])


@pytest.fixture
def scene(tmp_path):
    with empty_cluster(tmp_path) as found:
        for plural in OLM:
            found.cluster.delete((*CRD, f"{plural}.operators.coreos.com", None))
        yield found


def install(scene, helm, wishes=None):
    charts = Charts(helm, scene.target.kubeconfig)
    return installed(scene.cluster, scene.waiting, wishes or Wishes(), charts, scene.said.append)


def test_loki_charts_and_a_flow_collector_come_and_go(scene):
    before, helm = scene.everything(), Helm(scene)
    said = install(scene, helm)
    assert "Helm release cert-manager/cert-manager, Helm release cert-manager/trust" in said
    upgrades = [call for call in helm.calls if call.startswith("helm upgrade")]
    assert [call.split()[3] for call in upgrades] == ["cert-manager", "trust-manager", "netobserv"]
    assert f"--version {pinned('netobserv-version')} --namespace netobserv" in upgrades[2]
    assert f"--kubeconfig {scene.target.kubeconfig}" in upgrades[2]
    spec = scene.cluster.get("flows.netobserv.io/v1beta2", "FlowCollector", "cluster")["spec"]
    assert (spec["deploymentModel"], spec["loki"]["mode"]) == ("Direct", "Monolithic")
    assert spec["networkPolicy"] == {"enable": False}
    gone = removed(scene.cluster, scene.waiting, Charts(helm, scene.target.kubeconfig))
    assert "Helm release netobserv/netobserv, Helm release cert-manager/trust-manager" in gone
    assert helm.releases == {}
    assert scene.everything() == before


def test_a_release_of_somebody_else_is_used_and_kept(scene):
    helm = Helm(scene, **{"cert-manager": "cert-manager"})
    said = install(scene, helm)
    assert "Helm release cert-manager/cert-manager" not in said
    removed(scene.cluster, scene.waiting, Charts(helm, scene.target.kubeconfig))
    assert helm.releases == {"cert-manager": "cert-manager"}


def test_a_chart_that_fails_is_named_and_tried_again(scene):
    helm = Helm(scene)
    helm.broken = "upgrade --install trust-manager"
    with pytest.raises(NotInstalled, match=r"`helm upgrade` failed: Error: INSTALLATION FAILED"):
        install(scene, helm)
    helm.broken = ""
    assert "Helm release netobserv/netobserv" in install(scene, helm)


def test_a_lokistack_needs_olm(scene):
    with pytest.raises(UsageError, match="does not have: say --loki monolithic"):
        install(scene, Helm(scene), Wishes(loki="lokistack"))


def test_a_missing_helm_is_named(scene):
    before = scene.everything()
    with pytest.raises(UsageError, match="helm cannot be found on the PATH: install Helm"):
        installed(scene.cluster, scene.waiting, Wishes(), scene.charts, scene.said.append)
    assert scene.everything() == before


def test_the_catalogue_of_the_stage_is_what_olm_offers():
    packages = population.read("catalogue.yaml")["packages"]
    assert {"loki-operator", "netobserv-operator"} == packages.keys()
    assert pinned("loki-channel") in packages["loki-operator"]["channels"]
    assert pinned("netobserv-channel") in packages["netobserv-operator"]["channels"]
