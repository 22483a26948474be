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
from kit.manifests import ROOT, manifests
from selftest.test_manifests import NO_OBJECTS

DATA = Path(__file__).parent / "data" / "schemas"
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


@cache
def kept() -> dict[str, dict]:
    """Schemas of upstream that are kept as data: those of Kubernetes are closed already."""
    found = {}
    for file in DATA.glob("*.json"):
        data = json.loads(file.read_text())
        ours = file.name.startswith("kubernetes-")
        definitions = data["$defs"] if ours else {k: closed(v) for k, v in data["$defs"].items()}
        for kind, name in data["kinds"].items():
            found[kind] = {"$ref": f"#/$defs/{name}", "$defs": definitions}
    return found


def errors(obj: dict) -> list[str]:
    name = f"{obj['apiVersion']}/{obj['kind']}"
    schema = kept().get(name) or custom().get(name)
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


@pytest.mark.parametrize("path", files())
def test_a_file_fits_the_schema_of_its_kind(path):
    for obj in yaml.safe_load_all(path.read_text()):
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
        ("AdminNetworkPolicy", lambda o: o["spec"].update(priority=1001)),
        ("AdminNetworkPolicy", lambda o: o["spec"]["ingress"][0].update(action="Forbid")),
        ("AdminNetworkPolicy", lambda o: o["spec"]["ingress"][0].update(port=[])),
    ],
)
def test_a_mistake_is_noticed(kind, spoil):
    every = [obj for param in folders() for obj in built(param.values[0])]
    every += manifests("admin-network-policy")
    obj = copy.deepcopy(next(each for each in every if each["kind"] == kind))
    assert errors(obj) == []
    spoil(obj)
    assert errors(obj)
