"""Images from a mirror: references rewritten, and every object of ours with them."""

from __future__ import annotations

import json

import pytest

from catalog.needs import INSTALLABLE
from kit.cluster import Cluster
from kit.errors import UsageError
from kit.images import needed_images
from kit.install import Wishes, installed
from kit.install.charts import Charts, from_mirror
from kit.kubeconfig import load
from kit.mirror import at, image, mirror, mirrored
from kit.programs import Programs
from kit.wait import Waiting
from simulation import Simulation

DIGEST = "sha256:" + "a" * 64
MIRROR = "mirror.example.com:5000/lab"


@pytest.mark.parametrize(
    "reference, parts",
    [
        ("quay.io/minio/minio:1", ("quay.io", "minio/minio", "1", "")),
        ("loki", ("docker.io", "library/loki", "", "")),
        ("grafana/loki:3.5.5", ("docker.io", "grafana/loki", "3.5.5", "")),
        ("localhost:5000/a/b", ("localhost:5000", "a/b", "", "")),
        (f"docker.io/kindest/node:v1@{DIGEST}", ("docker.io", "kindest/node", "v1", DIGEST)),
        (f"ghcr.io/a/b@{DIGEST}", ("ghcr.io", "a/b", "", DIGEST)),
    ],
)
def test_a_reference_is_taken_apart_as_a_runtime_does(reference, parts):
    found = image(reference)
    assert (found.registry, found.repository, found.tag, found.digest) == parts


@pytest.mark.parametrize("reference", ["", "a@sha256:short", "a:b c"])
def test_what_is_no_reference_is_refused(reference):
    with pytest.raises(ValueError, match="is no image reference"):
        image(reference)


@pytest.mark.parametrize("text", ["https://mirror.example.com", "mirror", "", "a.b/c d", "a.b//c"])
def test_what_is_no_mirror_is_refused(text):
    with pytest.raises(UsageError, match="--registry wants HOST"):
        mirror(text)


def test_the_path_below_a_registry_stays():
    assert at(MIRROR, "quay.io/minio/minio:1") == f"{MIRROR}/minio/minio:1"
    assert at("mirror.example.com", "loki:3") == "mirror.example.com/library/loki:3"
    assert at(MIRROR, f"a.io/b@{DIGEST}") == f"{MIRROR}/b@{DIGEST}"
    assert at("", "loki:3") == "loki:3"
    assert at(MIRROR, at(MIRROR, "loki:3")) == at(MIRROR, "loki:3")


def test_no_two_images_meet_on_the_mirror():
    references = {str(each.image) for each in needed_images()}
    assert len(references) >= 10
    assert len({at(MIRROR, reference) for reference in references}) == len(references)


def test_only_containers_are_changed():
    pod = {"spec": {"containers": [{"image": "a.io/b:1"}], "initContainers": [{"image": "c:2"}]}}
    other = {"spec": {"image": "a.io/b:1", "containers": ["no container"]}}
    found = mirrored({"kind": "Pod", **pod}, MIRROR)["spec"]
    assert found["containers"] == [{"image": f"{MIRROR}/b:1"}]
    assert found["initContainers"] == [{"image": f"{MIRROR}/library/c:2"}]
    assert mirrored(other, MIRROR) == other
    assert pod["spec"]["containers"] == [{"image": "a.io/b:1"}]


def test_the_charts_are_told_each_of_their_images():
    told = from_mirror(MIRROR)
    assert f"operator.image={MIRROR}/netobserv/network-observability-operator" in told["netobserv"]
    assert f"image.repository={MIRROR}/jetstack/cert-manager-controller" in told["cert-manager"]
    assert (
        f"webhook.image.repository={MIRROR}/jetstack/cert-manager-webhook" in (told["cert-manager"])
    )
    assert told["trust-manager"] == (f"image.repository={MIRROR}/jetstack/trust-manager",)
    assert sum(map(len, told.values())) == 9
    assert from_mirror("") == {}


def test_everything_that_is_installed_comes_from_the_mirror(tmp_path):
    simulation = Simulation(seed=1, speed=1200, directory=tmp_path, without=INSTALLABLE)
    try:
        target = load(simulation.start())
        cluster = Cluster(target, "mirrored", MIRROR)
        charts = Charts(Programs({"PATH": ""}), target.kubeconfig)
        wishes = Wishes(loki="monolithic", model="kafka")
        installed(cluster, Waiting(speed=target.speed), wishes, charts, lambda _line: None)
        pods = [*cluster.list("v1", "Pod", "netobserv-kafka")]
        pods += cluster.list("v1", "Pod", "netobserv", selector="app=loki")
        images = [each["image"] for pod in pods for each in pod["spec"]["containers"]]
        assert sorted(images) == [f"{MIRROR}/apache/kafka:4.1.0", f"{MIRROR}/grafana/loki:3.5.5"]
        assert "pinned-in-versions" not in json.dumps(pods)
    finally:
        simulation.stop()
