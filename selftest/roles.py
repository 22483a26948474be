"""`python -m selftest.roles`: write manifests/runner-rbac anew from catalog/rights.py."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pytest_bdd.feature import get_feature

from catalog.reading_rights import LOKI_FORWARDED, LOKI_READER, MONITORING_READER
from catalog.rights import DOINGS, OBSERVING, PRIVILEGED_PODS, REMOVAL, Doing, doings
from catalog.upstream import DEFAULT_NAMESPACE
from kit.manifests import ROOT
from kit.roles import roles

FOLDER = ROOT / "runner-rbac"
FEATURES = ROOT.parent / "features"
WORDS = {
    "core": "# A run of the core profile: pytest -m core",
    "extended": "# A run of every scenario.",
    "footprint": "# On top of a profile, for --allow-privileged: in effect root on every node.",
    "openshift": "# On top of a profile: to read a LokiStack and the Prometheus of OpenShift.",
    "observe": "# pytest --observe: nothing is created, changed or deleted.",
}


def of_profile(profile: str) -> tuple[Doing, ...]:
    """What the scenarios of a profile do; the extended one holds the core."""
    if profile == "observe":
        return OBSERVING
    if profile == "openshift":
        return (LOKI_READER, LOKI_FORWARDED, MONITORING_READER)
    if profile == "footprint":
        return tuple(doing for doing in DOINGS if PRIVILEGED_PODS in doing.tags)
    tags = set().union(*(tags for tags in _tags() if profile in tags or profile != "core"))
    return doings(tags - {PRIVILEGED_PODS, REMOVAL})


def _tags() -> Iterator[set[str]]:
    for file in sorted(FEATURES.glob("*.feature")):
        feature = get_feature(str(file.parent), file.name)
        for scenario in feature.scenarios.values():
            yield feature.tags | scenario.tags


def files(profile: str) -> dict[str, str]:
    """The text of each file of a profile's folder."""
    made = {}
    for item in roles(profile, of_profile(profile), DEFAULT_NAMESPACE):
        place = item["metadata"].get("namespace", "cluster")
        part = "binding" if item["kind"].endswith("Binding") else "role"
        made[f"{place}-{part}.yaml"] = f"{WORDS[profile]}\n{_yaml(item)}"
    head = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    made["kustomization.yaml"] = _yaml({**head, "resources": ["../account", *sorted(made)]})
    return made


def _yaml(item: dict[str, Any]) -> str:
    return yaml.safe_dump(item, sort_keys=False)


def write(folder: Path) -> None:
    for profile in WORDS:
        shutil.rmtree(folder / profile, ignore_errors=True)
        (folder / profile).mkdir(parents=True)
        for name, text in files(profile).items():
            (folder / profile / name).write_text(text)


if __name__ == "__main__":
    write(FOLDER)
