"""What an incoming object may not hold: fields nobody knows, values of the wrong JSON type."""

from __future__ import annotations

import json
from collections.abc import Iterable

from simulation.apiserver import typed
from simulation.apiserver.admission import Admission
from simulation.apiserver.errors import ApiError, bad_request
from simulation.apiserver.objects import Object
from simulation.apiserver.resources import Resource
from simulation.apiserver.structural import prune, unknown_fields
from simulation.apiserver.typed import known, mismatches, root


def unknown_in(resource: Resource, obj: Object) -> list[str]:
    if resource.schema is not None:
        return list(unknown_fields(obj, resource.schema, root=True))
    return list(typed.unknown(obj, root(resource.api_version, resource.kind)))


def pruned(resource: Resource, obj: Object) -> Object:
    """A copy without unknown fields."""
    if resource.schema is not None:
        found: Object = prune(obj, resource.schema, root=True)
    else:
        found = known(obj, root(resource.api_version, resource.kind))
    return found


def _told(paths: Iterable[str]) -> str:
    return ", ".join(f'unknown field "{path}"' for path in paths)


def strictly(resource: Resource, obj: Object, mode: str, admission: Admission) -> None:
    """fieldValidation of a created or replaced object: Strict refuses, Warn warns."""
    if mode not in ("Strict", "Warn"):
        return
    paths = unknown_in(resource, obj)
    if mode == "Warn":
        for path in paths:
            admission.warn(f'unknown field "{path}"')
    elif paths:
        raise bad_request(f"{_handled(resource)}strict decoding error: {_told(paths)}")


def strictly_patched(resource: Resource, obj: Object, mode: str, admission: Admission) -> None:
    """The same for what a patch makes of an object, which the real server words differently."""
    paths = unknown_in(resource, obj) if mode == "Strict" else []
    if not paths:
        strictly(resource, obj, "Warn" if mode == "Warn" else "Ignore", admission)
        return
    shown = json.dumps(json.dumps(obj, separators=(",", ":")))
    why = f"Invalid value: {shown}: strict decoding error: {_told(paths)}"
    cause = {"reason": "FieldValueInvalid", "message": why, "field": "patch"}
    raise ApiError(422, "Invalid", f' "" is invalid: patch: {why}', {"causes": [cause]})


def _handled(resource: Resource) -> str:
    kind, version = resource.kind, resource.version
    return f'{kind} in version "{version}" cannot be handled as a {kind}: '


def of_right_types(resource: Resource, obj: Object) -> None:
    """Built-in kinds refuse wrong JSON types before they are looked at any further."""
    if resource.schema is not None:
        return
    for wrong in mismatches(obj, root(resource.api_version, resource.kind)):
        raise bad_request(
            f"{_handled(resource)}json: cannot unmarshal {wrong.found} into Go struct field "
            f"{wrong.struct}.{wrong.path} of type {wrong.wanted}"
        )


_SSA_WORDS = {"string": "string", "number": "numeric", "bool": "boolean", "array": "list"}
_SSA_WANTED = {"string": "string", "int32": "numeric (int or float)", "bool": "boolean"}


def applicable(resource: Resource, config: Object) -> None:
    """Server-side apply types the configuration first and fails with a 500 when it cannot."""
    unknown = sorted(unknown_in(resource, config))
    told = [f".{path}: field not declared in schema" for path in unknown]
    if resource.schema is None:
        kind = root(resource.api_version, resource.kind)
        for wrong in mismatches(config, kind):
            found = _SSA_WORDS.get(wrong.found, "map")
            wanted = _SSA_WANTED.get(wrong.wanted, wrong.wanted)
            told.append(f".{wrong.path}: expected {wanted}, got {found}")
    if told:
        metadata = config["metadata"]
        place = f"{metadata.get('namespace', '')}/{metadata['name']}"
        group = f"{resource.group}/{resource.version}"
        text = f"failed to create typed patch object ({place}; {group}, Kind={resource.kind})"
        raise ApiError(500, "", f"{text}: {told[0]}")
