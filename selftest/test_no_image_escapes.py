"""With --registry no image comes from anywhere else, whatever names it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from kit.errors import UsageError
from kit.images import needed_images
from kit.install import Wishes
from kit.install.charts import Charts, charts_in, from_mirror, known
from kit.install.plan import plan
from kit.install.versions import INSTALL, versions
from kit.kind import kind_wishes
from kit.kustomize import FILE, built
from kit.manifests import ROOT
from kit.mirror import at, image, mirrored
from kit.programs import Programs, Ran
from selftest.installing_stage import empty_cluster
from selftest.test_install_options import Asked
from selftest.test_manifests import NO_OBJECTS

MIRROR = "mirror.example.com:5000/lab"
REGISTRIES = sorted({each.image.registry for each in needed_images()} | {"registry.redhat.io"})
REFERENCE = re.compile(
    rf"(?<![\w./-])(?:{'|'.join(map(re.escape, REGISTRIES))})/[\w./-]+(?::[\w.-]+|@sha256:\w+)"
)
"""What looks like an image of a registry that we know, wherever in a text it stands."""


def texts(node):
    """Every text in an object."""
    if isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def escaping(obj) -> list[str]:
    return [
        found
        for text in texts(mirrored(obj, MIRROR))
        for found in REFERENCE.findall(text)
        if MIRROR not in text
    ]


def objects():
    for file in sorted(ROOT.rglob("*.yaml")):
        if file.name not in NO_OBJECTS and file.name != FILE:
            for document in yaml.safe_load_all(file.read_text()):
                yield pytest.param(document, id=f"{file.relative_to(ROOT)}:{document['kind']}")


def folders():
    for file in sorted(INSTALL.rglob(FILE)):
        if yaml.safe_load(file.read_text())["kind"] == "Kustomization":
            yield pytest.param(file.parent, id=str(file.parent.relative_to(ROOT)))


def test_the_look_out_sees_what_it_is_for():
    assert escaping({"spec": {"image": "quay.io/a/b:1"}}) == ["quay.io/a/b:1"]
    pod = {"spec": {"containers": [{"image": "quay.io/a/b:1", "args": ["--x=docker.io/c/d:2"]}]}}
    assert escaping(pod) == ["docker.io/c/d:2"]
    assert len(REGISTRIES) >= 6


@pytest.mark.parametrize("obj", list(objects()))
def test_no_image_of_an_object_escapes(obj):
    assert escaping(obj) == []


@pytest.mark.parametrize("folder", list(folders()))
def test_no_image_of_what_is_installed_escapes(folder):
    assert [each for obj in built(folder) for each in escaping(obj)] == []


def test_no_image_of_a_chart_escapes():
    """Each image that a chart brings is named anew; none of them keeps its registry."""
    told = [value for values in from_mirror(MIRROR).values() for value in values]
    wanted = {
        image(at(MIRROR, text)).name
        for key in ("netobserv-images", "cert-manager-images")
        for text in versions()[key].split()
    }
    assert {value.partition("=")[2] for value in told} == wanted
    assert all(value.partition("=")[2].startswith(MIRROR) for value in told)
    values = yaml.safe_load((INSTALL / "netobserv-chart" / "values.yaml").read_text())
    assert escaping(values) == []


def test_no_image_of_kind_escapes():
    wishes = kind_wishes("mine", registry=MIRROR)
    for key in ("kind-node-image", "ovn-image", "responder-image"):
        assert wishes.image(key).startswith(f"{MIRROR}/")
    for file in (INSTALL / "kind").rglob("*.yaml"):
        assert [
            each for obj in yaml.safe_load_all(file.read_text()) for each in escaping(obj)
        ] == []


class Recording(Programs):
    def __init__(self) -> None:
        super().__init__({})
        self.calls: list[tuple[str, ...]] = []

    def run(self, name, *words, within=60.0, given="", check=True):
        self.calls.append((name, *words))
        return Ran((name, *words), 0, "[]", "", 0.0)


class Ledger:
    releases: list[list[str]] = []

    def note_release(self, _name, _namespace):
        pass


def charts_folder(folder: Path) -> Path:
    for chart in known().values():
        (folder / chart.file).touch()
    return folder


def test_charts_come_from_the_folder_and_from_nowhere_else(tmp_path):
    folder, programs = charts_folder(tmp_path), Recording()
    charts = Charts(programs, Path("k"), values=from_mirror(MIRROR), folder=charts_in(str(folder)))
    charts.install(tuple(known()), Ledger())
    upgrades = [call for call in programs.calls if call[1] == "upgrade"]
    assert len(upgrades) == 3
    for call in upgrades:
        assert call[4].startswith(str(folder))
        assert not [word for word in call if "://" in word or word in ("--repo", "--version")]


def test_a_chart_that_the_folder_lacks_is_named_with_the_command(tmp_path):
    charts_folder(tmp_path)
    (tmp_path / known()["netobserv"].file).unlink()
    told = r"netobserv-operator-\S+\.tgz, and \S+ has none: fetch it with `helm pull netobserv"
    with pytest.raises(UsageError, match=told):
        charts_in(str(tmp_path))


def test_operators_come_from_the_catalogue_that_is_named(tmp_path):
    with empty_cluster(tmp_path) as scene:
        cluster = scene.cluster
        with pytest.raises(
            UsageError, match=r"no CatalogSource mine in .*there is redhat-operators"
        ):
            plan(cluster, Wishes(catalogue="mine"))
        place = "operators.coreos.com/v1alpha1", "CatalogSource"
        (found,) = cluster.list(*place, "openshift-marketplace")
        metadata = {"name": "mine", "namespace": "openshift-marketplace"}
        cluster.apply(
            {k: found[k] for k in ("apiVersion", "kind", "spec")} | {"metadata": metadata}
        )
        stages = plan(cluster, Wishes(catalogue="mine"))
        every = [obj for stage in stages for obj in stage.objects if obj["kind"] == "Subscription"]
        assert [obj["spec"]["source"] for obj in every] == ["mine", "mine"]


def test_options_of_a_cluster_without_the_internet_are_read(tmp_path):
    from fixtures.install import read  # pytest's plugin, of which one thing is asked

    words = f"--install --catalogue mine --charts {charts_folder(tmp_path)} --registry {MIRROR}"
    found = read(Asked(words))
    assert found.wishes is not None
    assert (found.wishes.catalogue, found.charts) == ("mine", tmp_path)
    with pytest.raises(UsageError, match="--charts belongs to --install"):
        read(Asked(f"--charts {tmp_path}"))
