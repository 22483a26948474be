"""What is ours on a cluster: a label on each object, and a list of them in a ConfigMap.

The list is written before an object is made, so that a killed installation forgets nothing. An
object counts as ours only when list and label agree, and its uid is the one that was noted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.rights import INSTALLED
from catalog.upstream import SETTINGS_NAMESPACE
from kit.cluster import Cluster, Manifest, Reference, reference

NAME = INSTALLED
LABEL = "netobserv-egress-conformance/installed"
ENTRIES, RELEASES, DEFINITIONS = "objects.json", "releases.json", "definitions.json"

Object = Mapping[str, Any]


class Ledger:
    """Entries in the order of their making."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        found = cluster.get("v1", "ConfigMap", NAME, SETTINGS_NAMESPACE) or {}
        self._data = {key: json.loads(text) for key, text in found.get("data", {}).items()}

    @property
    def entries(self) -> list[dict[str, Any]]:
        return list(self._data.get(ENTRIES, []))

    @property
    def releases(self) -> list[list[str]]:
        """Names and namespaces of Helm releases."""
        return list(self._data.get(RELEASES, []))

    @property
    def definitions(self) -> list[str]:
        """CustomResourceDefinitions that came with an operator of ours."""
        return list(self._data.get(DEFINITIONS, []))

    @property
    def empty(self) -> bool:
        return not any(self._data.values())

    def make(self, manifest: Manifest) -> Manifest:
        """Note it, create it, note its uid."""
        labels = manifest["metadata"].setdefault("labels", {})
        labels[LABEL] = "true"
        entry = dict(
            zip(("apiVersion", "kind", "name", "namespace"), reference(manifest), strict=True)
        )
        kept = [each for each in self.entries if _place(each) != _place(entry)]
        self._write(ENTRIES, [*kept, entry])
        made = self.cluster.create(manifest)
        self._write(ENTRIES, [*kept, entry | {"uid": made["metadata"]["uid"]}])
        return made

    def expect_anew(self, obj: Object) -> None:
        """Its uid is about to change: whoever makes it again, by name and label, makes ours."""
        place = reference(dict(obj))
        known = [each for each in self.entries if _place(each) == place]
        bare = [{key: value for key, value in each.items() if key != "uid"} for each in known]
        others = [each for each in self.entries if _place(each) != place]
        self._write(ENTRIES, [*others, *bare])

    def owns(self, obj: Object) -> bool:
        place = reference(dict(obj))
        if LABEL not in obj["metadata"].get("labels", {}):
            return False
        return any(
            _place(each) == place
            and each.get("uid", obj["metadata"]["uid"]) == obj["metadata"]["uid"]
            for each in self.entries
        )

    def note_release(self, name: str, namespace: str) -> None:
        if [name, namespace] not in self.releases:
            self._write(RELEASES, [*self.releases, [name, namespace]])

    def note_definitions(self, names: list[str]) -> None:
        self._write(DEFINITIONS, [*dict.fromkeys([*self.definitions, *names])])

    def forget(self, entry: Mapping[str, Any]) -> None:
        self._write(ENTRIES, [each for each in self.entries if _place(each) != _place(entry)])

    def forget_release(self, name: str) -> None:
        self._write(RELEASES, [each for each in self.releases if each[0] != name])

    def forget_definitions(self) -> None:
        self._write(DEFINITIONS, [])

    def _write(self, key: str, value: list[Any]) -> None:
        self._data[key] = value
        where = "v1", "ConfigMap", NAME, SETTINGS_NAMESPACE
        if self.empty:
            self.cluster.delete(where)
            return
        metadata = {"name": NAME, "namespace": SETTINGS_NAMESPACE, "labels": {LABEL: "true"}}
        data = {name: json.dumps(found) for name, found in self._data.items()}
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        self.cluster.apply(body)


def said(entry: Mapping[str, Any]) -> str:
    where = f"{entry['namespace']}/" if entry.get("namespace") else ""
    return f"{entry['kind']} {where}{entry['name']}"


def _place(entry: Mapping[str, Any]) -> Reference:
    return entry["apiVersion"], entry["kind"], entry["name"], entry.get("namespace")
