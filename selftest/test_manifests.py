"""Manifests: whole, valid and modest objects that a user could apply by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kit.manifests import ROOT, manifest, manifests
from selftest.refusals import refusal

NO_OBJECTS = {
    *("kustomization.yaml", "values.yaml", "ovn-values.yaml", "cluster.yaml", "versions.yaml"),
    "digests.yaml",
    *("model.yaml", "loki.yaml", "plain.yaml"),
}
"""What kustomize, Helm and kind read: lists, values and patches (selftest/test_kustomize.py)."""

FILES = sorted(path for path in ROOT.rglob("*.yaml") if path.name not in NO_OBJECTS)
SUITES_OWN = (
    "list-server",
    "egress-firewall",
    "egress-ip",
    "far-end",
    "name-server",
    "namespace",
    "probe",
    "responder",
    "web-server",
)


def named(paths: list[Path]) -> list[Any]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def pod_specs(item: Any) -> list[dict[str, Any]]:
    """Every mapping in an object that holds containers."""
    if isinstance(item, list):
        return [spec for each in item for spec in pod_specs(each)]
    if not isinstance(item, dict):
        return []
    found = [item] if "containers" in item else []
    return found + [spec for each in item.values() for spec in pod_specs(each)]


PRIVILEGED = [ROOT / "footprint" / "pod.yaml"]
"""Looks into kernels, on request alone: see test_kernel_pods.py."""
RUNNING = [path for path in FILES if pod_specs(yaml.safe_load(path.read_text()))]


@pytest.mark.parametrize("path", named(FILES))
def test_each_file_is_one_whole_object(path: Path):
    (item,) = yaml.safe_load_all(path.read_text())
    assert {"apiVersion", "kind", "metadata"} <= item.keys()
    assert item["metadata"]["name"]
    assert item["metadata"]["labels"]


@pytest.mark.parametrize("path", named([path for path in RUNNING if path not in PRIVILEGED]))
def test_containers_are_modest_and_bounded(path: Path):
    (spec,) = pod_specs(yaml.safe_load(path.read_text()))
    assert spec["containers"]
    for container in spec["containers"]:
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
        assert container["resources"]["limits"]["memory"]
        own, pods = container["securityContext"], spec.get("securityContext", {})
        assert own["allowPrivilegeEscalation"] is False
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert {**pods, **own}["seccompProfile"] == {"type": "RuntimeDefault"}
        assert "privileged" not in own


@pytest.mark.parametrize("path", named(RUNNING))
def test_images_have_a_version(path: Path):
    (spec,) = pod_specs(yaml.safe_load(path.read_text()))
    images = [container["image"] for container in spec["containers"]]
    tags = {image.rpartition("/")[2].partition(":")[2] for image in images}
    assert tags
    assert not tags & {"", "latest"} or images == ["pinned-in-versions"]


@pytest.mark.parametrize(
    "folder", ["list-server", "name-server", "probe", "responder", "web-server"]
)
def test_the_suites_own_pods_get_no_token_and_end_at_once(folder):
    (spec,) = pod_specs(manifests(folder))
    assert spec["automountServiceAccountToken"] is False
    assert spec["terminationGracePeriodSeconds"] == 1


@pytest.mark.parametrize("folder", SUITES_OWN)
def test_a_folder_of_several_objects_has_a_kustomization(folder):
    assert (ROOT / folder / "kustomization.yaml").exists() is (len(manifests(folder)) > 1)


@pytest.mark.parametrize("folder", ["web-server", "name-server"])
def test_a_service_leads_to_the_pods_of_its_deployment(folder):
    by_kind = {item["kind"]: item for item in manifests(folder)}
    template = by_kind["Deployment"]["spec"]["template"]
    selector = by_kind["Service"]["spec"]["selector"]
    assert selector.items() <= template["metadata"]["labels"].items()
    (container,) = template["spec"]["containers"]
    listening = {(port["containerPort"], port["protocol"]) for port in container["ports"]}
    led_to = {
        (port["targetPort"], port["protocol"]) for port in by_kind["Service"]["spec"]["ports"]
    }
    assert led_to <= listening


def test_objects_are_private_copies():
    manifest("probe")["metadata"]["name"] = "changed"
    assert manifest("probe")["metadata"]["name"] == "probe"


def test_a_folder_without_objects_is_refused():
    assert refusal(manifests, "nowhere") == "manifests/nowhere holds no objects"


def test_no_namespace_of_ours_counts_as_infrastructure():
    assert not manifest("namespace")["metadata"]["name"].startswith(("netobserv", "openshift"))


@pytest.mark.parametrize("folder", ["web-server", "filtered-server", "responder"])
def test_a_label_added_to_a_workload_does_not_reach_its_pods(folder: str):
    (workload,) = [item for item in manifests(folder) if item["kind"] == "Deployment"]
    workload["metadata"]["labels"]["run"] = "x"
    assert "run" not in workload["spec"]["template"]["metadata"]["labels"]
