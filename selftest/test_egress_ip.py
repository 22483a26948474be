"""Egress addresses on loan: who may hold them, what is asked for, and what comes back."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import pytest

import kit.__main__ as commands
from catalog.needs import Need
from kit.egress_ip import EgressIp, give_back
from kit.egress_needs import egress_needs
from kit.errors import Refused
from kit.far_end import Settings, settings
from kit.node_labels import OURS, allow, forbid, homes
from kit.ownership import Ownership
from kit.stage import Stage
from kit.verdict import Inconclusive, Unmet
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster

WHOSE = Ownership("one", "me", "20260101T000000Z")
LABEL = "k8s.ovn.org/egress-assignable"
ADDRESS = "10.0.0.240"
HOW = {"annotations": {"k8s.ovn.org/host-cidrs": '["10.0.0.1/24", "fd00::1/64"]'}}


def node(name: str, number: int, label: str | None = None, **metadata: Any) -> dict[str, Any]:
    labels = {"kubernetes.io/hostname": name} | ({LABEL: label} if label is not None else {})
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels, **metadata},
        "status": {
            "addresses": [{"type": "InternalIP", "address": f"10.0.0.{number}"}],
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


class Ovn(FakeCluster):
    """Gives every address to the first labelled node, as soon as anybody looks."""

    kinds_served = {"k8s.ovn.org/v1/EgressIP"}

    def __init__(self, *objects: dict[str, Any]) -> None:
        super().__init__(*objects)
        self.kinds = {*self.kinds_served}
        self.denied: set[str] = set()
        self.on_read = self._assign

    def _assign(self) -> None:
        labelled = [name for name, value in self.labels().items() if value is not None]
        for (kind, _, _), item in self.objects.items():
            if kind == "EgressIP":
                wanted = item["spec"]["egressIPs"][:1] if labelled else []
                item["status"] = {"items": [{"egressIP": a, "node": labelled[0]} for a in wanted]}

    def can(self, _verb: str, _group: str, plural: str) -> bool:
        return plural not in self.denied

    def labels(self) -> dict[str, str | None]:
        nodes = [item for (kind, _, _), item in self.objects.items() if kind == "Node"]
        return {n["metadata"]["name"]: n["metadata"]["labels"].get(LABEL) for n in nodes}


def borrowed(cluster: FakeCluster) -> EgressIp:
    waiting = Waiting(stretch=0.0005)
    stage = Stage(cluster, waiting, None, WHOSE.mark)  # type: ignore[arg-type]  # sends nothing here
    return EgressIp(stage, "demo", ADDRESS, "ours")


def test_only_one_node_is_labelled_and_all_comes_back():
    cluster = Ovn(node("a", 1), node("b", 2))
    egress_ip = borrowed(cluster)
    egress_ip.assign()
    assert cluster.labels() == {"a": OURS, "b": None}
    assert egress_ip.held().name == "a"
    item = cluster.objects["EgressIP", None, "ours"]
    assert item["spec"]["egressIPs"] == [ADDRESS]
    chosen = {"matchLabels": {"kubernetes.io/metadata.name": "demo"}}
    assert item["spec"]["namespaceSelector"] == chosen
    egress_ip.give_back()
    assert cluster.labels() == {"a": None, "b": None}
    assert ("EgressIP", None, "ours") not in cluster.objects


def test_a_label_of_somebody_else_is_used_and_never_touched():
    cluster = Ovn(node("a", 1), node("b", 2, label=""))
    egress_ip = borrowed(cluster)
    egress_ip.assign()
    assert egress_ip.held().name == "b"
    with pytest.raises(Inconclusive, match="node b holds egress addresses under a label that is"):
        egress_ip.make_homeless()
    egress_ip.give_back()
    assert cluster.labels() == {"a": None, "b": ""}


def test_it_moves_and_loses_its_home():
    cluster = Ovn(node("a", 1), node("b", 2))
    egress_ip = borrowed(cluster)
    egress_ip.assign()
    egress_ip.move()
    assert egress_ip.held().name == "b"
    assert cluster.labels() == {"a": None, "b": OURS}
    egress_ip.make_homeless()
    assert egress_ip.home is None
    with pytest.raises(Inconclusive, match="no node holds the egress address"):
        egress_ip.held()


def test_a_holder_without_the_label_is_no_holder():
    cluster = Ovn(node("a", 1), node("b", 2))
    egress_ip = borrowed(cluster)
    egress_ip.assign()
    cluster.on_read = lambda: None  # nobody follows the labels any more
    with pytest.raises(Unmet, match=rf"it names {ADDRESS} on a; expected {ADDRESS} on b"):
        egress_ip.move()


def test_labels_are_given_and_taken_by_value():
    cluster = FakeCluster(node("a", 1), node("b", 2, label="theirs"))
    for home in homes(cluster):
        allow(cluster, home, WHOSE.labels())
    first, second = homes(cluster)
    assert (first.label, first.strangers) == (OURS, False)
    assert (second.label, second.strangers) == ("theirs", True)
    forbid(cluster, first)
    assert homes(cluster)[0].label is None


def killed() -> FakeCluster:
    """A cluster on which a run was killed while it had an egress address."""
    cluster = Ovn(node("a", 1), node("b", 2, label="theirs"), node("c", 3))
    egress_ip = borrowed(cluster)
    egress_ip.assign()
    allow(cluster, homes(cluster)[0], WHOSE.labels())
    theirs = {"apiVersion": "k8s.ovn.org/v1", "kind": "EgressIP", "metadata": {"name": "theirs"}}
    cluster.put(theirs | {"spec": {"egressIPs": ["10.0.0.9"]}})
    return cluster


def test_restore_gives_back_what_a_killed_run_left_and_nothing_else(monkeypatch):
    cluster = killed()
    monkeypatch.setattr(commands, "Cluster", lambda *_: cluster)
    monkeypatch.setattr(commands, "load", lambda *_: None)
    monkeypatch.setattr(FakeCluster, "connect", lambda _self: None, raising=False)
    told = commands.restore(Namespace(kubeconfig="any", context=None, force=False))
    assert told.splitlines()[1] == "EgressIPs deleted: ours; nodes unlabelled: a"
    assert {name for kind, _, name in cluster.objects if kind == "EgressIP"} == {"theirs"}
    assert cluster.labels() == {"a": None, "b": "theirs", "c": None}
    assert give_back(cluster) == ""


def needs(cluster: FakeCluster, **settings: str) -> dict[Need, tuple[bool, str]]:
    found = egress_needs(cluster, Settings(**settings))  # type: ignore[arg-type]  # a fake
    return {need: (known.met, known.how) for need, known in found.items()}


def test_without_settings_the_reader_is_told_what_to_pass():
    found = needs(Ovn(node("a", 1, **HOW)))
    assert found[Need.ECHO][0] is False
    assert "pass --echo URL" in found[Need.ECHO][1]
    met, how = found[Need.EGRESS_ADDRESS]
    assert not met
    assert "pass --egress-ip ADDRESS" in how
    assert how.endswith("10.0.0.253 looks free and may not be")


def test_a_cloud_makes_a_guess_good_enough():
    marks = {"cloud.network.openshift.io/egress-ipconfig": "[]", **HOW["annotations"]}
    taken = {"apiVersion": "k8s.ovn.org/v1", "kind": "EgressIP", "metadata": {"name": "x"}}
    taken |= {"spec": {"egressIPs": ["10.0.0.253"]}}
    met, how = needs(Ovn(node("a", 252, annotations=marks), taken))[Need.EGRESS_ADDRESS]
    assert met
    assert how.startswith("10.0.0.251 is a guess")


@pytest.mark.parametrize(
    "settings, need",
    [({"echo": "http://echo.example.com"}, Need.ECHO), ({"egress_ip": "x"}, Need.EGRESS_ADDRESS)],
)
def test_a_setting_that_makes_no_sense_meets_no_need(settings, need):
    met, how = needs(Ovn(node("a", 1)), **settings)[need]
    assert not met
    assert "wants" in how


@pytest.mark.parametrize("label, met", [(None, True), (OURS, True), ("", False)])
def test_labels_are_moved_only_where_all_are_ours(label, met):
    assert needs(Ovn(node("a", 1, label)))[Need.NODES_TO_LABEL][0] is met


def test_a_user_who_may_not_label_nodes_is_told_so():
    cluster = Ovn(node("a", 1))
    cluster.denied = {"nodes"}
    found = needs(cluster, echo="http://192.0.2.1", egress_ip="10.0.0.9")
    assert {*found.values()} == {(False, "the suite's user may not patch nodes")}


def test_what_may_not_be_read_is_not_there():
    cluster = Ovn(node("a", 1, **HOW))

    def refuse() -> None:
        raise Refused("no", code=403, reason="Forbidden", said="no")

    cluster.on_read = refuse
    assert settings(cluster, Settings()) == Settings()  # type: ignore[arg-type]  # a fake


def test_a_cluster_without_the_kind_is_asked_nothing():
    cluster = FakeCluster(node("a", 1))
    assert {known for known, _ in needs(cluster, echo="http://192.0.2.1").values()} == {False}
    assert cluster.written == []
