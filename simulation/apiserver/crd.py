"""CustomResourceDefinitions: objects that make kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.apiserver.objects import Object, clone
from simulation.apiserver.resources import Resource

if TYPE_CHECKING:
    from simulation.apiserver.store import Store


def served(crd: Object) -> list[Resource]:
    """A resource for each served version."""
    return [_resource(crd["spec"], v) for v in crd["spec"]["versions"] if v.get("served")]


def _resource(spec: dict[str, Any], version: dict[str, Any]) -> Resource:
    names = spec["names"]
    return Resource(
        group=spec["group"],
        version=version["name"],
        plural=names["plural"],
        kind=names["kind"],
        namespaced=spec["scope"] == "Namespaced",
        singular=names.get("singular") or names["kind"].lower(),
        short_names=tuple(names.get("shortNames", ())),
        categories=tuple(names.get("categories", ())),
        subresources=tuple(sorted(version.get("subresources") or ())),
        schema=clone(version.get("schema", {}).get("openAPIV3Schema") or {}),
        columns=tuple(version.get("additionalPrinterColumns", ())),
        selectable=tuple(f["jsonPath"][1:] for f in version.get("selectableFields", ())),
    )


def follow(store: Store, resource: Resource, obj: Object) -> None:
    """Serve the kinds of a CRD that was just written, and say so in its status."""
    if resource.kind != "CustomResourceDefinition":
        return
    spec = obj["spec"]
    store.registry.remove(spec["group"], spec["names"]["plural"])
    for kind in served(obj):
        store.registry.add(kind)
    if not (obj.get("status") or {}).get("conditions"):
        ready: Object = clone(obj)
        ready["status"] = _established(store, spec)
        store.shelf.put(resource, ready, obj)


def _established(store: Store, spec: dict[str, Any]) -> dict[str, Any]:
    def condition(kind: str, reason: str, message: str) -> dict[str, str]:
        at = {"lastTransitionTime": store.stamp(), "status": "True", "type": kind}
        return at | {"reason": reason, "message": message}

    stored = [v["name"] for v in spec["versions"] if v.get("storage")]
    return {
        "conditions": [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition(
                "Established", "InitialNamesAccepted", "the initial names have been accepted"
            ),
        ],
        "acceptedNames": clone(spec["names"]),
        "storedVersions": stored,
    }
