"""How a write becomes a stored object: prepared, checked, admitted, owned, stored."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simulation.apiserver import apply as ssa
from simulation.apiserver import crd, decoding, kinds, preparation
from simulation.apiserver.builtin import UNVERSIONED_SPEC
from simulation.apiserver.errors import ApiError, already_exists, bad_request, conflict, invalid
from simulation.apiserver.managed import record_update, strip_managers
from simulation.apiserver.objects import Object, clone, name_of, suffixed
from simulation.apiserver.resources import Resource
from simulation.apiserver.validation import cause

if TYPE_CHECKING:
    from simulation.apiserver.store import Store

Target = tuple[str | None, Object]
MODIFIED = (
    "the object has been modified; please apply your changes to the latest version and try again"
)
_KEPT_META = ("uid", "creationTimestamp", "namespace", "name", "generation", "generateName")
_DELETION_META = ("deletionTimestamp", "deletionGracePeriodSeconds")


@dataclass(frozen=True)
class Write:
    """Who writes, where to, and how strictly."""

    manager: str = "unknown"
    subresource: str = ""
    dry_run: bool = False
    unconditional: bool = False
    field_validation: str = "Ignore"
    patched: bool = False


def create(store: Store, resource: Resource, target: Target, write: Write) -> Object:
    namespace, given = target
    obj = preparation.decoded(resource, given)
    decoding.strictly(resource, given, write.field_validation, store.admission)
    metadata = obj["metadata"]
    preparation.place(resource, namespace, obj)
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = suffixed(metadata["generateName"])
    preparation.require_namespace(store, resource, metadata)
    if metadata.get("resourceVersion"):
        raise _no_version_on_create()
    _new_identity(store, resource, metadata)
    kinds.prepare_new(resource, obj)
    _check(resource, obj, None)
    if store.shelf.find(resource, metadata.get("namespace"), metadata["name"]):
        raise already_exists(resource.plural, resource.group, metadata["name"])
    if "managedFields" not in metadata:
        record_update(None, obj, resource, (write.manager, ""), store.stamp)
    elif not metadata["managedFields"]:
        del metadata["managedFields"]
    kinds.complete_new(store, resource, obj)
    store.admission.ask(resource.kind, obj, None, "CREATE")
    if write.dry_run:
        return obj
    stored = store.shelf.put(resource, obj, None)
    crd.follow(store, resource, stored)
    return clone(stored)  # type: ignore[no-any-return]  # clone keeps the type of plain JSON


def _no_version_on_create() -> ApiError:
    return ApiError(500, "", "resourceVersion should not be set on objects to be created")


def _new_identity(store: Store, resource: Resource, metadata: dict[str, Any]) -> None:
    for name in (*_DELETION_META, "selfLink", "resourceVersion", "generation"):
        metadata.pop(name, None)
    metadata["uid"] = str(uuid.uuid4())
    metadata["creationTimestamp"] = store.stamp()
    if has_generation(resource):
        metadata["generation"] = 1


def has_generation(resource: Resource) -> bool:
    return resource.schema is not None or resource.plural not in UNVERSIONED_SPEC


def _check(resource: Resource, obj: Object, old: Object | None) -> None:
    causes = kinds.causes(resource, obj, old)
    if causes:
        name = obj["metadata"].get("name") or ""
        raise invalid(resource.group, resource.kind, name, causes)


def update(store: Store, resource: Resource, target: Target, write: Write) -> Object:
    namespace, given = target
    old = store.peek(resource, namespace, given["metadata"]["name"])
    obj = preparation.decoded(resource, given)
    check = decoding.strictly_patched if write.patched else decoding.strictly
    check(resource, given, write.field_validation, store.admission)
    _match_version(resource, old, obj, write)
    return commit(store, resource, (old, obj), write)


def _match_version(resource: Resource, old: Object, obj: Object, write: Write) -> None:
    metadata, name = obj["metadata"], name_of(old)
    wanted = metadata.get("resourceVersion")
    if not wanted and resource.schema is not None and not write.unconditional:
        why = "Invalid value: 0: must be specified for an update"
        cause_ = cause("metadata.resourceVersion", "FieldValueInvalid", why)
        raise invalid(resource.group, resource.plural, name, [cause_])
    uid = metadata.get("uid")
    if uid and uid != old["metadata"]["uid"]:
        parts = (resource.group, resource.plural, old["metadata"].get("namespace"), name)
        why = (
            "StorageError: invalid object, Code: 4, Key: /registry/"
            f"{'/'.join(filter(None, parts))}, ResourceVersion: 0, AdditionalErrorMsg: "
            f"Precondition failed: UID in precondition: {uid}, "
            f"UID in object meta: {old['metadata']['uid']}"
        )
        raise conflict(resource.plural, resource.group, name, why)
    if wanted and wanted != old["metadata"]["resourceVersion"]:
        raise conflict(resource.plural, resource.group, name, MODIFIED)


def commit(
    store: Store,
    resource: Resource,
    versions: tuple[Object, Object],
    write: Write,
    applied: bool = False,
) -> Object:
    """Store a new version of an existing object; one that changes nothing is not stored."""
    old, obj = versions
    _keep_identity(old, obj)
    _keep_other_part(resource, old, obj, write.subresource)
    kinds.prepare_update(resource, obj, old)
    _bump_generation(resource, old, obj, write.subresource)
    _check(resource, obj, old)
    if not write.subresource:  # a webhook whose rules name a resource hears nothing of its status
        store.admission.ask(resource.kind, obj, old, "UPDATE")
    if not applied:
        obj["metadata"]["managedFields"] = old["metadata"].get("managedFields", [])
        record_update(old, obj, resource, (write.manager, write.subresource), store.stamp)
    if _same(old, obj):
        return clone(old)  # type: ignore[no-any-return]  # clone keeps the type of plain JSON
    if write.dry_run:
        return obj
    stored = store.shelf.put(resource, obj, old)
    crd.follow(store, resource, stored)
    store.deletion.finish(resource, stored)
    return clone(stored)  # type: ignore[no-any-return]  # clone keeps the type of plain JSON


def _keep_identity(old: Object, obj: Object) -> None:
    metadata = obj["metadata"]
    for name in (*_KEPT_META, *_DELETION_META, "resourceVersion"):
        if name in old["metadata"]:
            metadata[name] = old["metadata"][name]
        else:
            metadata.pop(name, None)
    for name in ("labels", "annotations", "finalizers", "ownerReferences"):
        if name in metadata and not metadata[name]:
            del metadata[name]


def _keep_other_part(resource: Resource, old: Object, obj: Object, subresource: str) -> None:
    """The main endpoint never changes status, and the status endpoint nothing else."""
    if subresource == "status":
        status, managed = obj.get("status"), obj["metadata"].get("managedFields")
        obj.clear()
        obj.update(old | {"metadata": clone(old["metadata"])})
        obj.pop("status", None)
        if status is not None:
            obj["status"] = status
        if managed is not None:
            obj["metadata"]["managedFields"] = managed
    elif resource.has_status:
        obj.pop("status", None)
        if "status" in old:
            obj["status"] = clone(old["status"])


def _bump_generation(resource: Resource, old: Object, obj: Object, subresource: str) -> None:
    if subresource == "status" or not has_generation(resource):
        return
    ignored = ("metadata", "status") if resource.has_status else ("metadata",)
    before = {k: v for k, v in old.items() if k not in ignored}
    after = {k: v for k, v in obj.items() if k not in ignored}
    if before != after:
        obj["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1


def _same(old: Object, new: Object) -> bool:
    def timeless(obj: Object) -> list[Object]:
        entries = obj["metadata"].get("managedFields") or []
        return [{k: v for k, v in entry.items() if k != "time"} for entry in entries]

    return bool(strip_managers(old) == strip_managers(new) and timeless(old) == timeless(new))


def apply(
    store: Store, application: ssa.Application, place: tuple[str | None, str], write: Write
) -> Object:
    """Server-side apply: create what is absent, merge into what is there."""
    resource, (namespace, name) = application.resource, place
    config = clone(application.config)
    config.setdefault("metadata", {}).setdefault("name", name)
    if config["metadata"].get("managedFields"):
        raise bad_request("metadata.managedFields must be nil")
    decoding.applicable(resource, config)
    preparation.place(resource, namespace, config)
    application = replace(application, config=config)
    old = store.shelf.find(resource, namespace, name)
    if old is None:
        return _apply_new(store, application, namespace, write)
    merged = clone(ssa.applied(old, application, store.stamp))
    obj = preparation.decoded(resource, merged)
    _match_version(resource, old, obj, replace(write, unconditional=True))
    return commit(
        store, resource, (old, obj), replace(write, subresource=application.subresource), True
    )


def _apply_new(
    store: Store, application: ssa.Application, namespace: str | None, write: Write
) -> Object:
    resource = application.resource
    if application.subresource:
        name = application.config["metadata"]["name"]
        return store.peek(resource, namespace, name)
    empty: Object = {"metadata": {}}
    owned = ssa.applied(empty, application, store.stamp)
    obj = clone(application.config)
    obj["metadata"]["managedFields"] = owned["metadata"].get("managedFields") or []
    return create(store, resource, (namespace, obj), write)
