"""What other people's systems read of ci/: it fits their schemas, and it names what there is.

Schemas of GitHub and GitLab come with check-jsonschema, so that nothing is fetched. Linters that
are programs of other languages (hadolint, shellcheck) are run by hand: see docs/decisions.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kit.install.versions import pinned
from selftest.test_schemas_of_manifests import errors

ROOT = Path(__file__).parents[1]
CI = ROOT / "ci"
GITHUB, GITLAB = CI / "github-nightly.yaml", CI / "gitlab-nightly.yaml"
TEKTON = CI / "tekton-task.yaml"
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
MAKE = re.compile(r"\bmake (?:--silent )?([a-z-]+)")


def judged(schema: str, file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "schema, file", [("vendor.github-workflows", GITHUB), ("vendor.gitlab-ci", GITLAB)]
)
def test_a_definition_fits_the_schema_of_its_system(tmp_path, schema, file):
    done = judged(schema, file)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / file.name
    broken.write_text(file.read_text().replace("timeout", "time-out", 1))
    assert judged(schema, broken).returncode == 1


def test_the_tekton_task_fits_the_schema_of_its_kind():
    task = yaml.safe_load(TEKTON.read_text())
    assert errors(task) == []
    task["spec"]["steps"][0]["securityContexts"] = {}
    assert errors(task)


@pytest.mark.parametrize("file", [GITHUB, GITLAB], ids=lambda file: file.name)
def test_every_command_is_a_target_of_make(file):
    named = set(MAKE.findall(file.read_text()))
    assert {"kind-up", "nightly", "report", "summary", "kind-down"} <= named
    assert named <= TARGETS


def test_both_nights_run_over_the_same_versions_and_the_pinned_one():
    github = yaml.safe_load(GITHUB.read_text())["jobs"]["kind"]["strategy"]["matrix"]["operator"]
    (matrix,) = yaml.safe_load(GITLAB.read_text())["conformance"]["parallel"]["matrix"]
    assert matrix["NETOBSERV_VERSION"] == github
    assert pinned("netobserv-version") in github
    assert len(github) >= 2


def test_what_is_uploaded_is_what_a_run_writes():
    upload = yaml.safe_load(GITHUB.read_text())["jobs"]["kind"]["steps"]
    (paths,) = [
        step["with"]["path"] for step in upload if "upload-artifact" in step.get("uses", "")
    ]
    gitlab = yaml.safe_load(GITLAB.read_text())["conformance"]["artifacts"]
    for name in ("report", "allure-results", "conformance"):
        assert f"build/{name}" in paths
        assert any(f"build/{name}" in path for path in gitlab["paths"])
    assert "build/junit.xml" in paths
    assert gitlab["reports"]["junit"] == "build/junit.xml"


def test_scripts_of_ci_are_understood_by_the_shell():
    scripts = sorted(CI.glob("*.sh"))
    assert scripts
    for script in scripts:
        done = subprocess.run(["bash", "-n", str(script)], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_the_image_copies_what_there_is_and_forgets_no_package():
    text = (CI / "Containerfile").read_text()
    named = {
        word for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for word in line.split()
    }
    assert {name for name in named if not (ROOT / name).exists()} == set()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"selftest"}
    assert packages <= named
    assert re.search(r"^USER [1-9]\d*", text, re.MULTILINE)
    assert "ARG BASE\nFROM ${BASE}" in text
