"""What each kind adds to the general rules: defaults on the way in, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulation.apiserver import builtin_rules, cel, defaults
from simulation.apiserver.errors import Cause
from simulation.apiserver.names import annotation_causes, labels_causes, name_causes
from simulation.apiserver.objects import Object
from simulation.apiserver.resources import Resource
from simulation.apiserver.validation import check

if TYPE_CHECKING:
    from simulation.apiserver.store import Store


def prepare_new(resource: Resource, obj: Object) -> None:
    """Drop what only the server sets, and fill in what a built-in kind defaults."""
    if resource.has_status and resource.kind != "Node":
        obj.pop("status", None)
    if resource.schema is None:
        defaults.fill_in(resource, obj)
        defaults.first_status(resource, obj)


def complete_new(store: Store, resource: Resource, obj: Object) -> None:
    """What admission and allocation add: set by nobody, as far as managedFields go."""
    if resource.schema is None:
        defaults.admitted(store, resource, obj)


def prepare_update(resource: Resource, obj: Object, old: Object) -> None:
    if resource.schema is None:
        defaults.carry_over(resource, obj, old)
        defaults.fill_in(resource, obj)


def causes(resource: Resource, obj: Object, old: Object | None) -> list[Cause]:
    """Everything that is wrong with an object, in the order that the real server lists it."""
    return list(_metadata_causes(resource, obj)) + list(_spec_causes(resource, obj, old))


def _metadata_causes(resource: Resource, obj: Object) -> Iterator[Cause]:
    metadata = obj["metadata"]
    yield from name_causes(resource, metadata)
    yield from labels_causes(metadata.get("labels") or {}, "metadata.labels")
    yield from annotation_causes(metadata)


def _spec_causes(resource: Resource, obj: Object, old: Object | None) -> Iterator[Cause]:
    if resource.schema is None:
        yield from builtin_rules.causes(resource, obj, old)
        return
    found = list(check(obj, resource.schema, ""))
    yield from found
    yield from cel.causes(
        resource.schema, (obj, old), blocked=any(c["reason"] in cel.BLOCKING for c in found)
    )
