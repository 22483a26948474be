"""Discovery: which groups, versions and kinds are served, plain and aggregated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulation.apiserver.resources import Registry, Resource

Document = dict[str, Any]
AGGREGATED = "apidiscovery.k8s.io"
_SUB_VERBS: dict[str, tuple[str, ...]] = {
    "log": ("get",),
    "exec": ("create", "get"),
    "portforward": ("create", "get"),
    "proxy": ("create", "delete", "get", "patch", "update"),
    "binding": ("create",),
    "eviction": ("create",),
    "token": ("create",),
    "finalize": ("update",),
}
_SUB_KINDS: dict[str, tuple[str, str, str]] = {
    "exec": ("", "", "PodExecOptions"),
    "portforward": ("", "", "PodPortForwardOptions"),
    "binding": ("", "", "Binding"),
    "eviction": ("policy", "v1", "Eviction"),
    "token": ("authentication.k8s.io", "v1", "TokenRequest"),
    "scale": ("autoscaling", "v1", "Scale"),
}


def core_versions(address: str) -> Document:
    served = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": served}


def group(name: str, versions: Sequence[str]) -> Document:
    served = [{"groupVersion": f"{name}/{v}", "version": v} for v in versions]
    return {"name": name, "versions": served, "preferredVersion": served[0]}


def groups(registry: Registry) -> Document:
    found = [group(name, versions) for name, versions in registry.versions().items() if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": found}


def resources(registry: Registry, group_name: str, version: str) -> Document | None:
    served = [r for r in registry.all() if (r.group, r.version) == (group_name, version)]
    if not served:
        return None
    entries = [entry for resource in served for entry in _entries(resource)]
    head = {"kind": "APIResourceList", "apiVersion": "v1"}
    return head | {"groupVersion": served[0].api_version, "resources": entries}


def _entries(resource: Resource) -> list[Document]:
    main: Document = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        main["shortNames"] = list(resource.short_names)
    if resource.categories:
        main["categories"] = list(resource.categories)
    return [main, *(_sub_entry(resource, name) for name in resource.subresources)]


def _sub_kind(resource: Resource, name: str) -> tuple[str, str, str]:
    if name == "proxy":
        return "", "", f"{resource.kind}ProxyOptions"
    return _SUB_KINDS.get(name, ("", "", resource.kind))


def _sub_entry(resource: Resource, name: str) -> Document:
    group_name, version, kind = _sub_kind(resource, name)
    entry: Document = {
        "name": f"{resource.plural}/{name}",
        "singularName": "",
        "namespaced": resource.namespaced,
    }
    entry |= {"group": group_name, "version": version} if group_name else {}
    verbs = _SUB_VERBS.get(name, ("get", "patch", "update"))
    return entry | {"kind": kind, "verbs": list(verbs)}


def aggregated(registry: Registry, core: bool) -> Document:
    """Everything at once, as kubectl prefers it."""
    items = [
        _aggregated_group(registry, name, versions)
        for name, versions in registry.versions().items()
        if (name == "") is core
    ]
    head = {"kind": "APIGroupDiscoveryList", "apiVersion": f"{AGGREGATED}/v2", "metadata": {}}
    return head | {"items": items}


def _aggregated_group(registry: Registry, name: str, versions: Sequence[str]) -> Document:
    served = [
        {
            "version": version,
            "resources": [
                _aggregated_resource(r)
                for r in registry.all()
                if (r.group, r.version) == (name, version)
            ],
            "freshness": "Current",
        }
        for version in versions
    ]
    return {"metadata": {"name": name} if name else {}, "versions": served}


def _aggregated_resource(resource: Resource) -> Document:
    def kind(group_name: str, version: str, name: str) -> Document:
        return {"group": group_name, "version": version, "kind": name}

    entry: Document = {
        "resource": resource.plural,
        "responseKind": kind(resource.group, resource.version, resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    if resource.subresources:
        entry["subresources"] = [
            {
                "subresource": name,
                "responseKind": kind(*_sub_kind(resource, name)),
                "verbs": list(_SUB_VERBS.get(name, ("get", "patch", "update"))),
            }
            for name in resource.subresources
        ]
    return entry
