"""What happens to an incoming object before it is checked: decoding, placing, defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.apiserver import decoding
from simulation.apiserver.errors import bad_request, forbidden, not_found
from simulation.apiserver.objects import Object
from simulation.apiserver.resources import Resource
from simulation.apiserver.structural import fill

if TYPE_CHECKING:
    from simulation.apiserver.store import Store


def decoded(resource: Resource, given: Object) -> Object:
    """A private copy with unknown fields dropped and the schema's defaults filled in."""
    if given.get("metadata") is not None and not isinstance(given["metadata"], dict):
        raise bad_request("metadata: must be an object")
    decoding.of_right_types(resource, given)
    obj = {"metadata": {}, **given, "apiVersion": resource.api_version, "kind": resource.kind}
    obj = decoding.pruned(resource, obj)
    if resource.schema is not None:
        fill(obj, resource.schema)
    return {key: obj[key] for key in ("apiVersion", "kind", "metadata")} | obj


def place(resource: Resource, namespace: str | None, obj: Object) -> None:
    """Put the object into the namespace of the request, which it must not contradict."""
    metadata = obj["metadata"]
    if not resource.namespaced:
        metadata.pop("namespace", None)
        return
    if metadata.get("namespace") and namespace and metadata["namespace"] != namespace:
        raise bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    metadata["namespace"] = namespace or metadata.get("namespace") or "default"


def require_namespace(store: Store, resource: Resource, metadata: dict[str, Any]) -> None:
    """Nothing is created in a namespace that is absent or on its way out."""
    if not resource.namespaced:
        return
    name = metadata["namespace"]
    namespace = store.shelf.find(store.registry.named("v1/Namespace"), None, name)
    if namespace is None:
        raise not_found("namespaces", "", name)
    if namespace["metadata"].get("deletionTimestamp"):
        why = f"unable to create new content in namespace {name} because it is being terminated"
        error = forbidden(resource.plural, resource.group, metadata.get("name", ""), why)
        reason = {"reason": "NamespaceTerminating", "field": "metadata.namespace"}
        message = {"message": f"namespace {name} is being terminated"}
        error.details = (error.details or {}) | {"causes": [reason | message]}
        raise error
