"""Folders of manifests: what kustomize makes of them, and that we make the same."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
import yaml

from kit.install.versions import INSTALL
from kit.kustomize import FILE, built, merged
from kit.manifests import ROOT

ALL = sorted(ROOT.rglob(FILE))
WHOLE = [file.parent for file in ALL if yaml.safe_load(file.read_text())["kind"] == "Kustomization"]
OURS = [folder for folder in WHOLE if INSTALL in folder.parents]


def ids(folder):
    return str(folder.relative_to(ROOT))


def named(kustomization):
    """Every path that a kustomization names, whatever for."""
    for key in ("resources", "components"):
        yield from kustomization.get(key, ())
    for patch in kustomization.get("patches", ()):
        yield from filter(None, [patch.get("path")])
    for key in ("configMapGenerator", "secretGenerator"):
        for generator in kustomization.get(key, ()):
            yield from (text.rpartition("=")[2] for text in generator.get("files", ()))


@pytest.mark.parametrize("file", ALL, ids=lambda file: ids(file.parent))
def test_a_kustomization_names_what_is_there(file):
    kustomization = yaml.safe_load(file.read_text())
    names = list(named(kustomization))
    assert names, "it names nothing"
    assert [name for name in names if not (file.parent / name).exists()] == []
    assert {*kustomization} <= {
        *("apiVersion", "kind", "namespace", "resources", "components", "patches"),
        *("replacements", "configMapGenerator", "secretGenerator", "generatorOptions"),
    }


@pytest.mark.parametrize("file", ALL, ids=lambda file: ids(file.parent))
def test_a_folder_with_a_kustomization_has_no_object_beside_it(file):
    """What is forgotten in the list is not applied, and nobody notices."""
    names = {name.rstrip("/") for name in named(yaml.safe_load(file.read_text()))}
    beside = {path.name for path in file.parent.glob("*.yaml")} - {FILE}
    assert beside <= names


@pytest.mark.parametrize("folder", WHOLE, ids=ids)
def test_kustomize_builds_each_folder(folder):
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not on the PATH: what kustomize makes of a folder cannot be seen")
    done = subprocess.run(
        [kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    objects = [document for document in yaml.safe_load_all(done.stdout) if document]
    assert objects
    if folder in OURS:
        assert in_order(objects) == in_order(built(folder))


def in_order(objects):
    return sorted(json.dumps(obj, sort_keys=True) for obj in objects)


def test_our_folders_are_many():
    assert len(OURS) >= 10


@pytest.mark.parametrize("folder", OURS, ids=ids)
def test_every_version_is_filled_in(folder):
    assert "pinned-in-versions" not in json.dumps(built(folder))


def test_what_cannot_be_built_here_is_refused(tmp_path):
    (tmp_path / FILE).write_text("kind: Kustomization\nresources: []\nnamePrefix: x\n")
    with pytest.raises(ValueError, match="namePrefix cannot be built here"):
        built(tmp_path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    (tmp_path / FILE).write_text("kind: Kustomization\nresources: [gone.yaml]\n")
    with pytest.raises(ValueError, match=r"gone\.yaml is named in a kustomization"):
        built(tmp_path)


def test_a_merge_patch_merges_replaces_and_removes():
    base = {"a": {"b": 1, "c": [1, 2]}, "d": 4}
    patch = {"a": {"c": [3], "b": None, "e": {"f": None, "g": 1}}, "d": {"h": 2}}
    assert merged(base, patch) == {"a": {"c": [3], "e": {"g": 1}}, "d": {"h": 2}}
    assert base == {"a": {"b": 1, "c": [1, 2]}, "d": 4}
