"""The updater as it is installed by hand: `kubectl apply -k` gives what the README promises."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from selftest.updater_stage import HOME

import settings  # isort: skip

Json = dict[str, Any]
NAME = "egress-firewall-updater"
PROGRAM = sorted(HOME.glob("*.py"))


def built(directory: Path) -> list[Json]:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed, so that kustomize cannot be tried")
    command = ["kubectl", "kustomize", str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


@pytest.fixture(scope="module")
def objects() -> list[Json]:
    return built(HOME)


def only(objects: list[Json], kind: str, name: str = NAME) -> Json:
    (found,) = [o for o in objects if o["kind"] == kind and o["metadata"]["name"] == name]
    return found


def test_nothing_is_cluster_wide_but_namespaces(objects: list[Json]) -> None:
    namespaced = {"ServiceAccount", "ConfigMap", "NetworkPolicy", "CronJob", "Role", "RoleBinding"}
    for found in objects:
        assert ("namespace" in found["metadata"]) == (found["kind"] in namespaced)
    assert {found["kind"] for found in objects} == namespaced | {"Namespace"}


def test_the_config_map_holds_the_very_program(objects: list[Json]) -> None:
    data = only(objects, "ConfigMap")["data"]
    assert data == {path.name: path.read_text() for path in PROGRAM}
    assert "updater.py" in data


def test_the_cron_job_runs_nightly_one_at_a_time_and_bounded(objects: list[Json]) -> None:
    spec = only(objects, "CronJob")["spec"]
    assert (spec["schedule"], spec["concurrencyPolicy"]) == ("0 2 * * *", "Forbid")
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] <= 900
    assert spec["jobTemplate"]["spec"]["backoffLimit"] <= 3
    assert {"successfulJobsHistoryLimit", "failedJobsHistoryLimit"} <= set(spec)


def test_the_pod_meets_the_restricted_standard(objects: list[Json]) -> None:
    pod = only(objects, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert "runAsUser" not in pod["securityContext"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert set(container["resources"]) == {"requests", "limits"}
    assert container["command"] == ["python3", "/opt/updater/updater.py"]


def test_the_image_is_pinned_and_can_be_overridden(tmp_path: Path, objects: list[Json]) -> None:
    cron_job = only(objects, "CronJob")
    image = image_of(cron_job)
    name, _, tag = image.rpartition(":")
    assert any(digit.isdigit() for digit in tag)
    overlay = overlaid(tmp_path, {"images": [{"name": name, "newName": "mirror/python"}]})
    assert image_of(only(overlay, "CronJob")) == f"mirror/python:{tag}"


def image_of(cron_job: Json) -> str:
    pod = cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return str(pod["containers"][0]["image"])


def overlaid(directory: Path, changes: Json) -> list[Json]:
    shutil.copytree(HOME, directory / NAME)
    (directory / "kustomization.yaml").write_text(yaml.safe_dump({"resources": [NAME], **changes}))
    return built(directory)


def test_its_rights_end_at_the_firewalls_of_the_target_namespaces(objects: list[Json]) -> None:
    role, binding = only(objects, "Role"), only(objects, "RoleBinding")
    assert role["rules"] == [
        {
            "apiGroups": ["k8s.ovn.org"],
            "resources": ["egressfirewalls"],
            "verbs": ["get", "create", "patch"],
        }
    ]
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": NAME, "namespace": NAME}]


def test_the_settings_are_read_and_name_a_namespace_with_rights(objects: list[Json]) -> None:
    data = only(objects, "ConfigMap", f"{NAME}-settings")["data"]
    told = settings.read({**data, "KUBERNETES_SERVICE_HOST": "172.30.0.1"})
    assert told == settings.read(
        {"TARGET_NAMESPACES": "google-restricted", "KUBERNETES_SERVICE_HOST": "172.30.0.1"}
    )
    assert told.namespaces == (only(objects, "RoleBinding")["metadata"]["namespace"],)


def test_a_second_target_namespace_is_one_folder_more(tmp_path: Path) -> None:
    home = tmp_path / NAME
    shutil.copytree(HOME, home)
    target = {"namespace": "second", "resources": ["../../access"]}
    (home / "targets/second").mkdir()
    (home / "targets/second/kustomization.yaml").write_text(yaml.safe_dump(target))
    top = yaml.safe_load((home / "kustomization.yaml").read_text())
    top["resources"].append("targets/second")
    (home / "kustomization.yaml").write_text(yaml.safe_dump(top))
    bindings = [found for found in built(home) if found["kind"] == "RoleBinding"]
    spaces = {found["metadata"]["namespace"]: found["subjects"] for found in bindings}
    assert set(spaces) == {"google-restricted", "second"}
    assert spaces["second"][0]["namespace"] == NAME


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: path.name)
def test_the_program_needs_the_standard_library_alone(path: Path) -> None:
    known = sys.stdlib_module_names | {module.stem for module in PROGRAM}
    tree = ast.parse(path.read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else names(node))
    }
    assert imported
    assert imported <= known


def names(node: ast.Import) -> list[str]:
    return [alias.name for alias in node.names]
