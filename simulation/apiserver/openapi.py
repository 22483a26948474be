"""OpenAPI v3, as much as kubectl needs to leave the checking of fields to the server."""

from __future__ import annotations

from typing import Any

from simulation.apiserver.resources import Registry, Resource

Document = dict[str, Any]


def index(registry: Registry) -> Document:
    paths = {}
    for group, versions in registry.versions().items():
        for version in versions:
            path = f"apis/{group}/{version}" if group else f"api/{version}"
            paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash=0"}
    return {"paths": paths}


def document(registry: Registry, path: str) -> Document | None:
    """The document of one group version, by its path: api/v1 or apis/GROUP/VERSION."""
    served = [r for r in registry.all() if _path(r) == path]
    if not served:
        return None
    schemas = {_name(r): _schema(r) for r in served}
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": "v1.36.2"},
        "paths": dict(_operations(r) for r in served),
        "components": {"schemas": schemas},
    }


def _path(resource: Resource) -> str:
    prefix = f"apis/{resource.group}" if resource.group else "api"
    return f"{prefix}/{resource.version}"


def _name(resource: Resource) -> str:
    return f"{resource.group or 'core'}.{resource.version}.{resource.kind}"


def _kind(resource: Resource) -> Document:
    return {"group": resource.group, "version": resource.version, "kind": resource.kind}


def _schema(resource: Resource) -> Document:
    described = dict(resource.schema or {"type": "object"})
    return described | {"x-kubernetes-group-version-kind": [_kind(resource)]}


def _operations(resource: Resource) -> tuple[str, Document]:
    where = "namespaces/{namespace}/" if resource.namespaced else ""
    parameters = [
        {"name": name, "in": "query", "schema": {"type": "string"}}
        for name in ("dryRun", "fieldManager", "fieldValidation", "force")
    ]
    operation: Document = {
        "parameters": parameters,
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-group-version-kind": _kind(resource),
    }
    path = f"/{_path(resource)}/{where}{resource.plural}/{{name}}"
    return path, {
        "patch": operation | {"x-kubernetes-action": "patch"},
        "get": operation | {"x-kubernetes-action": "get"},
    }
