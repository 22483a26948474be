"""GET: one object, or a list of them in pages over one consistent snapshot."""

from __future__ import annotations

import base64
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulation.apiserver import tables
from simulation.apiserver.calls import Call, Response, answer
from simulation.apiserver.errors import ApiError, bad_request, expired
from simulation.apiserver.objects import Object, name_of, namespace_of

SNAPSHOTS = 64
TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can "
    "start a new list without the continue parameter, or use the continue token in this response "
    "to retrieve the remainder of the results. Continuing with the provided token results in an "
    "inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)


@dataclass(frozen=True)
class Page:
    """A part of a list, the version it shows, and how to go on."""

    items: Sequence[Object]
    version: int
    token: str = ""
    left: int = 0

    def metadata(self, counted: bool) -> dict[str, Any]:
        found: dict[str, Any] = {"resourceVersion": str(self.version)}
        if self.token:
            found["continue"] = self.token
            if counted:
                found["remainingItemCount"] = self.left
        return found


class Snapshots:
    """What lists that are not finished still have to show; the oldest are forgotten."""

    def __init__(self, most: int = SNAPSHOTS) -> None:
        self._kept: OrderedDict[str, tuple[int, Sequence[Object]]] = OrderedDict()
        self._most = most
        self._count = 0

    def cut(self, items: Sequence[Object], version: int, limit: int) -> Page:
        if not limit or len(items) <= limit:
            return Page(items, version)
        self._count += 1
        start = f"{namespace_of(items[limit - 1]) or ''}/{name_of(items[limit - 1])}\u0000"
        fields = {"v": "meta.k8s.io/v1", "rv": version, "start": start.lstrip("/")}
        token = _encode(fields | {"n": self._count})
        self._kept[token] = version, items[limit:]
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return Page(items[:limit], version, token, len(items) - limit)

    def resume(self, token: str, limit: int) -> Page:
        _decode(token)
        if token not in self._kept:
            raise expired(TOO_OLD)
        version, items = self._kept[token]
        return self.cut(items, version, limit)


def _encode(fields: dict[str, Any]) -> str:
    raw = json.dumps(fields, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(token: str) -> None:
    try:
        json.loads(base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True))
    except ValueError as error:
        why = "continue key is not valid: illegal base64 data at input byte 0"
        raise bad_request(f"invalid continue token: {why}") from error


def one(call: Call) -> Response:
    obj = call.store.peek(call.resource, call.namespace, call.route.name)
    if tables.wanted(call.request):
        version = obj["metadata"]["resourceVersion"]
        return answer(tables.table(call, [obj], {"resourceVersion": version}))
    return answer(obj)


def _number(call: Call, name: str) -> int:
    given = call.option(name) or "0"
    if not given.lstrip("-").isdigit():
        raise bad_request(f'invalid value for {name}: "{given}"')
    return max(0, int(given))


def _known_version(call: Call) -> None:
    given = call.option("resourceVersion")
    if not given:
        return
    if not given.isdigit():
        raise bad_request(
            f'invalid resource version: resourceVersion: Invalid value: "{given}": '
            f'strconv.ParseUint: parsing "{given}": invalid syntax'
        )
    current = call.store.journal.version
    if int(given) > current:
        raise too_large(given, current)


def too_large(given: str, current: int) -> ApiError:
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    message = f"Timeout: Too large resource version: {given}, current: {current}"
    return ApiError(504, "Timeout", message, {"causes": [cause], "retryAfterSeconds": 1})


def many(call: Call, snapshots: Snapshots) -> Response:
    _known_version(call)
    limit, token = _number(call, "limit"), call.option("continue")
    selectors = (call.option("labelSelector"), call.option("fieldSelector"))
    if token:
        page = snapshots.resume(token, limit)
    else:
        found = call.store.chosen(call.resource, call.namespace, selectors)
        page = snapshots.cut(found, call.store.journal.version, limit)
    metadata = page.metadata(counted=not any(selectors))
    if tables.wanted(call.request):
        return answer(tables.table(call, page.items, metadata))
    resource = call.resource
    head = {"kind": f"{resource.kind}List", "apiVersion": resource.api_version}
    items = [_in_list(call, obj) for obj in page.items]
    return answer(head | {"metadata": metadata, "items": items})


def _in_list(call: Call, obj: Object) -> Object:
    """Items of built-in lists carry neither kind nor apiVersion; custom ones do."""
    if call.resource.schema is not None:
        return obj
    return {key: value for key, value in obj.items() if key not in ("kind", "apiVersion")}
