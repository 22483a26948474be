"""Every object that we apply is what the schema of its kind allows, down to the last field."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml

from kit.install.versions import INSTALL
from kit.kustomize import FILE, built
from kit.manifests import ROOT
from selftest.test_manifests import NO_OBJECTS

DATA = Path(__file__).parent / "data" / "schemas" / "kubernetes-1.34.json"
DEFINITIONS = Path(__file__).parents[1] / "simulation" / "crds"


@cache
def custom() -> dict[str, dict]:
    """Schemas of the CustomResourceDefinitions by API version and kind; closed, as `Strict` is."""
    found = {}
    for file in DEFINITIONS.rglob("*.yaml"):
        for document in yaml.safe_load_all(file.read_text()):
            spec = document["spec"]
            for version in spec["versions"]:
                name = f"{spec['group']}/{version['name']}/{spec['names']['kind']}"
                found[name] = closed(version["schema"]["openAPIV3Schema"])
    return found


def closed(schema):
    """Whoever lists properties means all of them, and metadata is Kubernetes' own."""
    schema = copy.deepcopy(schema)
    queue = [schema]
    if "properties" in schema:
        schema["properties"]["metadata"] = {"type": "object"}
    while queue:
        node = queue.pop()
        if "properties" in node:
            if "additionalProperties" not in node:
                opened = node.get("x-kubernetes-preserve-unknown-fields", False)
                node["additionalProperties"] = opened
            queue += [value for value in node["properties"].values() if isinstance(value, dict)]
        if isinstance(node.get("items"), dict):
            queue.append(node["items"])
        if node.get("x-kubernetes-int-or-string"):
            node.pop("type", None)
    return schema


def builtin(kind: str) -> dict | None:
    data = json.loads(DATA.read_text())
    name = data["kinds"].get(kind)
    return name and {"$ref": f"#/$defs/{name}", "$defs": data["$defs"]}


def errors(obj: dict) -> list[str]:
    name = f"{obj['apiVersion']}/{obj['kind']}"
    schema = builtin(name) or custom().get(name)
    assert schema, f"there is no schema of {name}"
    found = jsonschema.Draft202012Validator(schema).iter_errors(obj)
    return [f"{'.'.join(map(str, error.path))}: {error.message[:200]}" for error in found]


def files() -> list:
    paths = [path for path in sorted(ROOT.rglob("*.yaml")) if path.name not in NO_OBJECTS]
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def folders() -> list:
    found = [file.parent for file in sorted(INSTALL.rglob(FILE))]
    whole = [
        folder
        for folder in found
        if yaml.safe_load((folder / FILE).read_text())["kind"] == "Kustomization"
    ]
    return [pytest.param(folder, id=str(folder.relative_to(ROOT))) for folder in whole]


OPEN = {"AdminNetworkPolicy"}
"""Kinds of which the simulated cluster has no schema; upstream's are not kept here."""


@pytest.mark.parametrize("path", files())
def test_a_file_fits_the_schema_of_its_kind(path):
    for obj in yaml.safe_load_all(path.read_text()):
        name = f"{obj['apiVersion']}/{obj['kind']}"
        if obj["kind"] in OPEN and name not in custom():
            pytest.skip(f"there is no offline schema of {name}")
        assert errors(obj) == []


@pytest.mark.parametrize("folder", folders())
def test_what_is_built_fits_the_schemas_of_its_kinds(folder):
    objects = built(folder)
    assert objects
    assert [error for obj in objects for error in errors(obj)] == []


@pytest.mark.parametrize(
    "kind, spoil",
    [
        ("Deployment", lambda o: o["spec"].update(replica=2)),
        ("Deployment", lambda o: o["spec"]["template"]["spec"]["containers"][0].pop("name")),
        ("LokiStack", lambda o: o["spec"].update(size="1x.tiny")),
        ("LokiStack", lambda o: o["spec"]["storage"]["secret"].update(typ="s3")),
        ("Subscription", lambda o: o["spec"].pop("source")),
        ("FlowCollector", lambda o: o["spec"].update(deploymentModel="Serverless")),
        ("FlowCollector", lambda o: o["spec"]["agent"]["ebpf"].update(sampling="50")),
    ],
)
def test_a_mistake_is_noticed(kind, spoil):
    every = [obj for param in folders() for obj in built(param.values[0])]
    obj = copy.deepcopy(next(each for each in every if each["kind"] == kind))
    assert errors(obj) == []
    spoil(obj)
    assert errors(obj)
