"""A kind cluster is brought up, taken up again and taken down; every failure names its cause."""

from __future__ import annotations

import pytest

from kit.cluster import Cluster
from kit.errors import InfrastructureError, UsageError
from kit.install.causes import causes
from kit.kind import KindWishes
from kit.kind.bringing import NotUp
from kit.kubeconfig import load
from kit.programs import Programs
from kit.verdict import Verdict
from kit.wait import Waiting
from selftest.kind_stage import Stage
from selftest.simulated_cluster import kubeconfig

__all__ = ["kubeconfig"]

NAME = "lab"
RESPONDER = {"lab-responder": "netobserv-egress-conformance/kind=lab"}


@pytest.fixture
def stage(tmp_path, kubeconfig):
    return Stage(tmp_path, kubeconfig)


def test_three_nodes_a_network_and_a_far_end(stage):
    stage.programs = Programs({"PATH": str(stage.bin)})
    assert stage.up() == stage.wishes.kubeconfig
    (create,) = stage.called("kind create")
    assert "--image docker.io/kindest/node:v1.34.0@sha256:" in create
    config = (stage.wishes.directory / "cluster.yaml").read_text()
    assert config.count("netobserv-egress-conformance/kind: lab") == 3
    (helm,) = stage.called("helm upgrade")
    assert "--set k8sAPIServer=https://172.18.0.2:6443" in helm
    assert "ovn-kube-ubuntu --set global.image.tag=release-1.3" in helm
    assert stage.called("kubectl wait --for=condition=Ready nodes --all")
    assert stage.world["containers"] == RESPONDER
    cluster = Cluster(load(stage.wishes.kubeconfig), "look")
    left = cluster.get("v1", "ConfigMap", "netobserv-egress-conformance", "kube-public")
    assert left["data"]["echo"] == "http://172.18.0.9:8080"
    assert "$ helm upgrade" in stage.programs.told()


def test_a_cluster_of_ours_is_taken_up_again(stage):
    stage.up()
    stage.up()
    assert len(stage.called("kind create")) == 1
    assert len(stage.called("docker run")) == 1
    assert len(stage.called("git")) == 3
    assert "kind cluster lab is ours and is taken up again" in stage.said


def test_what_was_brought_up_is_taken_down(stage):
    stage.up()
    assert stage.down() == "removed: kind cluster lab, container lab-responder"
    assert (stage.world["clusters"], stage.world["containers"]) == ([], {})
    assert not stage.wishes.directory.exists()
    assert stage.down() == "there is no kind cluster of ours to remove"


def test_a_name_that_somebody_else_has_is_refused(stage):
    stage.has(clusters=["lab", "other"])
    for attempt in (stage.up, stage.down):
        with pytest.raises(InfrastructureError, match=r"is somebody else's .* --kind-name"):
            attempt()
    assert stage.world["clusters"] == ["lab", "other"]


def test_half_a_cluster_of_ours_is_made_anew(stage):
    stage.has(clusters=["lab"])
    stage.wishes.directory.mkdir(parents=True)
    (stage.wishes.directory / "begun").touch()
    stage.up()
    assert len(stage.called("kind delete")) == 1
    assert len(stage.called("kind create")) == 1


@pytest.mark.parametrize(
    "there, told",
    [
        (
            ("docker", "kubectl", "helm", "git"),
            "kind cannot be found on the PATH: install kind 0.2",
        ),
        (("docker", "kind", "helm", "git"), "kubectl cannot be found on the PATH: install kubectl"),
        (("docker", "kind", "kubectl", "git"), "helm cannot be found on the PATH: install Helm 3"),
        (("docker", "kind", "kubectl", "helm"), "git cannot be found on the PATH: install git"),
        (("kind", "kubectl", "helm", "git"), "neither docker nor podman is on the PATH: install"),
    ],
)
def test_a_missing_program_is_named(tmp_path, kubeconfig, there, told):
    stage = Stage(tmp_path, kubeconfig)
    for program in stage.bin.iterdir():
        program.unlink()
    stage.has(*there)
    with pytest.raises(UsageError, match=told):
        stage.up()


def test_a_docker_that_does_not_answer_is_named(stage):
    (stage.bin / "podman").unlink()
    stage.breaks("docker info", "Cannot connect to the Docker daemon")
    with pytest.raises(InfrastructureError, match=r"docker does not answer \(Cannot .*: start it"):
        stage.up()


def test_podman_serves_where_docker_is_silent(stage):
    stage.breaks("docker", "Cannot connect to the Docker daemon")
    stage.up()
    assert stage.called("podman run")
    assert stage.programs.environment["KIND_EXPERIMENTAL_PROVIDER"] == "podman"


CREATING = [
    ("Bind for 127.0.0.1:40000 failed: port is already allocated", "a port is taken; next, stop"),
    ("failed to pull image: denied: requested access", "an image cannot be pulled; next, log in"),
    ("write /x: no space left on device", "the disk is full; next, free 20 GB"),
    ("dial tcp: lookup docker.io: no such host", "the internet cannot be reached; next, set HTTPS"),
]


@pytest.mark.parametrize("says, told", CREATING)
def test_nodes_that_cannot_be_made_leave_nothing(stage, says, told):
    stage.breaks("kind create", f"ERROR: failed to create cluster: {says}")
    with pytest.raises(NotUp, match=told) as refused:
        stage.up()
    assert "nothing is left on this machine" in str(refused.value)
    assert stage.called("kind delete cluster --name lab")
    assert stage.world["clusters"] == []


LATER = [
    ("git -C", "fatal: Could not resolve host: github.com", "name a copy of its folder with --ovn"),
    (
        "helm upgrade",
        "Error: values don't meet the specifications",
        "could not be brought up: `helm",
    ),
    ("kubectl rollout", "error: timed out waiting for the condition", "not become ready in time"),
    ("docker run", "unauthorized: access denied", "an image cannot be pulled"),
]


@pytest.mark.parametrize("start, says, told", LATER)
def test_a_later_failure_keeps_the_nodes_and_goes_on_from_there(stage, start, says, told):
    stage.breaks(start, says)
    with pytest.raises(NotUp, match=told) as refused:
        stage.up()
    assert "On this machine is now: kind cluster lab" in str(refused.value)
    stage.breaks("")
    stage.up()
    assert len(stage.called("kind create")) == 1
    assert stage.world["containers"] == RESPONDER


def test_pods_that_do_not_come_up_say_why(stage):
    """The cluster itself is asked, and knows more than a time-out."""
    cluster = Cluster(load(stage.kubeconfig), "breaks")
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ovn-kubernetes"}}
    cluster.create(namespace)
    container = {"name": "ovnkube", "image": "ghcr.io/example/no-such-image:1.0"}
    metadata = {"name": "ovnkube-node-x", "namespace": "ovn-kubernetes"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
    cluster.create(pod | {"spec": {"containers": [container]}})
    Waiting(speed=cluster.target.speed).eventually(
        lambda: causes(cluster, ("ovn-kubernetes",)),
        lambda found: Verdict(bool(found), "no cause yet"),
        within=60,
        what="the pull fails",
    )
    stage.breaks("kubectl rollout", "error: timed out waiting for the condition")
    with pytest.raises(NotUp, match=r"the image ghcr.io/example/no-such-image:1.0 cannot be pull"):
        stage.up()
    cluster.delete(namespace)


def test_images_come_from_an_archive(tmp_path, kubeconfig):
    stage = Stage(tmp_path, kubeconfig)
    archive, chart = tmp_path / "images.tar", tmp_path / "chart"
    archive.touch()
    chart.mkdir()
    stage.wishes = KindWishes(NAME, archive, chart, folder=tmp_path / "kind")
    stage.up()
    assert stage.called(f"docker load --input {archive}")
    assert stage.called(f"kind load image-archive {archive} --name lab")
    assert "--image docker.io/kindest/node:v1.34.0 " in stage.called("kind create")[0]
    assert stage.called("git") == []


def test_every_image_comes_from_the_mirror(tmp_path, kubeconfig):
    stage = Stage(tmp_path, kubeconfig)
    mirror = "mirror.example.com/lab"
    stage.wishes = KindWishes(NAME, registry=mirror, folder=tmp_path / "kind")
    stage.up()
    assert f"--image {mirror}/kindest/node:v1.34.0@sha256:" in stage.called("kind create")[0]
    assert f"global.image.repository={mirror}/ovn-kubernetes/" in stage.called("helm upgrade")[0]
    assert f" {mirror}/e2e-test-images/agnhost:" in stage.called("docker run")[0]
