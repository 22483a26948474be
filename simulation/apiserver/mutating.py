"""POST, PUT, PATCH and DELETE."""

from __future__ import annotations

from dataclasses import replace as replace_
from typing import Any

from simulation.apiserver import escalation, patches, writing
from simulation.apiserver.apply import Application
from simulation.apiserver.calls import Call, Response, answer, success
from simulation.apiserver.errors import (
    ApiError,
    bad_request,
    conflict,
    forbidden,
    invalid,
    unsupported_media,
)
from simulation.apiserver.objects import Object, clone, name_of, namespace_of
from simulation.apiserver.routes import asked
from simulation.apiserver.validation import required, unsupported
from simulation.apiserver.writing import Write

POLICIES = ("Foreground", "Background", "Orphan")
_PATCHES = {patches.MERGE: patches.merge_patch, patches.JSON: patches.json_patch}


def _write(call: Call) -> Write:
    return Write(
        manager=call.manager,
        subresource=call.route.subresource,
        dry_run=call.dry_run,
        field_validation=call.option("fieldValidation", "Warn"),
    )


async def create(call: Call) -> Response:
    obj = await call.object()
    escalation.check(call.store, call.user, obj, call.route.namespace)
    made = writing.create(call.store, call.resource, (call.namespace, obj), _write(call))
    return answer(made, 201)


async def replace(call: Call) -> Response:
    obj = await call.object()
    metadata = obj.setdefault("metadata", {})
    name = metadata.setdefault("name", call.route.name)
    if name != call.route.name:
        raise _misnamed(name, call.route.name)
    escalation.check(call.store, call.user, obj, call.route.namespace)
    given = metadata.get("namespace")
    if call.namespace and given and given != call.namespace:
        raise bad_request(
            f"the namespace of the object ({given}) does not match the namespace on the URL "
            f"({call.namespace})"
        )
    return answer(writing.update(call.store, call.resource, (call.namespace, obj), _write(call)))


def _misnamed(name: Any, wanted: str) -> ApiError:
    text = f"the name of the object ({name}) does not match the name on the URL ({wanted})"
    return bad_request(text)


async def patch(call: Call) -> Response:
    kind = call.request.content_type
    if kind == patches.APPLY:
        return await _apply(call)
    if kind == patches.STRATEGIC and call.resource.schema is not None:
        raise unsupported_media([patches.JSON, patches.MERGE, patches.APPLY])
    if kind not in (patches.JSON, patches.MERGE, patches.STRATEGIC):
        raise unsupported_media()
    change = await call.body()
    if kind != patches.JSON and not isinstance(change, dict):
        raise bad_request("error decoding patch: the patch must be an object")
    old = call.store.peek(call.resource, call.namespace, call.route.name)
    how = _PATCHES.get(kind, patches.strategic)
    return answer(_patched(call, old, how(clone(old), change)))


def _patched(call: Call, old: Object, wanted: Any) -> Object:
    if not isinstance(wanted, dict) or not isinstance(wanted.get("metadata"), dict):
        raise bad_request("the patch does not leave an object behind")
    call.must_be_of_kind(wanted)
    if wanted["metadata"].get("name") != name_of(old):
        raise _misnamed(wanted["metadata"].get("name"), name_of(old))
    escalation.check(call.store, call.user, wanted, call.route.namespace)
    write = replace_(_write(call), patched=True)
    return writing.update(call.store, call.resource, (call.namespace, wanted), write)


async def _apply(call: Call) -> Response:
    if not call.option("fieldManager"):
        cause = required("fieldManager", "is required for apply patch")
        raise invalid("meta.k8s.io", "PatchOptions", "", [cause])
    config = await call.object()
    if not config.get("kind") or not config.get("apiVersion"):
        raise bad_request("invalid object type: /, Kind=")
    name = (config.get("metadata") or {}).get("name")
    if name and name != call.route.name:
        raise _misnamed(name, call.route.name)
    application = Application(
        call.resource, config, call.manager, call.route.subresource, call.flag("force")
    )
    absent = call.store.shelf.find(call.resource, call.namespace, call.route.name) is None
    if absent:
        call.store.access.authorize(call.user, asked(call.route, "create"))
    escalation.check(call.store, call.user, config, call.route.namespace)
    place = (call.namespace, call.route.name)
    obj = writing.apply(call.store, application, place, _write(call))
    return answer(obj, 201 if absent else 200)


async def delete(call: Call) -> Response:
    options = await _options(call)
    obj = call.store.peek(call.resource, call.namespace, call.route.name)
    _precondition(call, obj, options.get("preconditions") or {})
    if call.dry_run or options.get("dryRun"):
        return success(call, obj)
    left = _delete(call, obj, options)
    gone = call.store.shelf.find(call.resource, namespace_of(obj), name_of(obj)) is None
    if call.resource.kind == "Pod":
        return answer(left)
    return success(call, obj) if gone else answer(left)


async def _options(call: Call) -> dict[str, Any]:
    given = await call.body()
    options: dict[str, Any] = given if isinstance(given, dict) else {}
    for name in ("propagationPolicy", "gracePeriodSeconds"):
        if call.option(name):
            options[name] = call.option(name)
    policy = options.get("propagationPolicy")
    if policy and policy not in POLICIES:
        cause = unsupported("propagationPolicy", policy, [*POLICIES, "nil"])
        raise invalid("meta.k8s.io", "DeleteOptions", "", [cause])
    return options


def _precondition(call: Call, obj: Object, wanted: dict[str, Any]) -> None:
    kind, name = call.resource.kind, name_of(obj)
    for field, title in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        value, found = wanted.get(field), obj["metadata"][field]
        if value and value != found:
            why = f"the {title} in the precondition ({value}) does not match the {title} in record "
            why += f"({found}). The object might have been deleted and then recreated"
            raise conflict(kind, call.resource.group, name, why)


def _delete(call: Call, obj: Object, options: dict[str, Any]) -> Object:
    grace = options.get("gracePeriodSeconds")
    policy = options.get("propagationPolicy") or "Background"
    seconds = None if grace is None else int(grace)
    return call.store.deletion.delete(call.resource, obj, policy, seconds)


async def delete_all(call: Call) -> Response:
    options = await _options(call)
    if call.resource.kind == "Namespace":
        raise forbidden("namespaces", "", "", "namespaces are deleted one by one")
    selectors = (call.option("labelSelector"), call.option("fieldSelector"))
    chosen = list(call.store.chosen(call.resource, call.namespace, selectors))
    for obj in chosen if not call.dry_run else ():
        _delete(call, obj, options)
    head = {"kind": f"{call.resource.kind}List", "apiVersion": call.resource.api_version}
    version = str(call.store.journal.version)
    return answer(head | {"metadata": {"resourceVersion": version}, "items": chosen})
