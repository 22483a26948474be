"""Watches: every change since a resource version, as one JSON line each."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any

from aiohttp import web

from simulation.apiserver import tables
from simulation.apiserver.calls import Call, Response
from simulation.apiserver.errors import bad_request, expired
from simulation.apiserver.journal import Event
from simulation.apiserver.objects import Object
from simulation.apiserver.reading import too_large
from simulation.apiserver.selectors import parse_fields, selected

DEFAULT_SECONDS = 1800.0
BOOKMARK_EVERY = 60.0


class Watch:
    """One watching client."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._labels = call.option("labelSelector")
        resource = call.resource
        fields = call.option("fieldSelector")
        self._fields = parse_fields(fields, resource.kind, resource.selectable)
        self._pending: deque[Event] = deque()
        self._wake = asyncio.Event()

    def _mine(self, obj: Object | None) -> bool:
        if obj is None:
            return False
        namespace = self._call.namespace
        if namespace and obj["metadata"].get("namespace") != namespace:
            return False
        return selected(obj, self._labels, self._fields)

    def _seen(self, event: Event) -> tuple[str, Object] | None:
        """What the change looks like through the selectors; None when it is not seen at all."""
        before, after = self._mine(event.before), self._mine(event.after)
        if event.type == "DELETED":
            return ("DELETED", event.after) if before else None
        if after:
            return ("MODIFIED" if before else "ADDED", event.after)
        return ("DELETED", _left(event)) if before else None

    def _arrived(self, event: Event) -> None:
        self._pending.append(event)
        self._wake.set()

    async def run(self) -> Response:
        call = self._call
        journal, key = call.store.journal, call.resource.key
        start = self._start()
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(call.request)
        if start is not None and start < journal.oldest:
            error = expired(f"too old resource version: {start} ({journal.oldest})")
            await response.write(_line("ERROR", error.body()))
            return response
        journal.attach(key, self._arrived)
        try:
            await response.write(b"".join(self._backlog(start)))
            await self._follow(response)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            journal.detach(key, self._arrived)
        return response

    def _start(self) -> int | None:
        """The version to continue from; None for "show me what there is first"."""
        given = self._call.option("resourceVersion")
        if given in ("", "0"):
            return None
        if not given.isdigit():
            raise bad_request(f'invalid resource version: Invalid value: "{given}"')
        current = self._call.store.journal.version
        if int(given) > current:
            raise too_large(given, current)
        return int(given)

    def _backlog(self, start: int | None) -> list[bytes]:
        call, lines = self._call, []
        if start is None:
            stored = call.store.shelf.all(call.resource.key, call.namespace)
            lines = [self._event("ADDED", obj) for obj in stored if self._mine(obj)]
            if call.flag("sendInitialEvents"):
                lines.append(self._bookmark({"k8s.io/initial-events-end": "true"}))
            return lines
        for event in call.store.journal.since(start, call.resource.key):
            if seen := self._seen(event):
                lines.append(self._event(*seen))
        return lines

    async def _follow(self, response: web.StreamResponse) -> None:
        loop = asyncio.get_running_loop()
        seconds = float(self._call.option("timeoutSeconds") or 0) or DEFAULT_SECONDS
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left, BOOKMARK_EVERY)):
                    await self._wake.wait()
            except TimeoutError:
                if self._call.flag("allowWatchBookmarks"):
                    await response.write(self._bookmark())
                continue
            self._wake.clear()
            await response.write(b"".join(self._drain()))

    def _drain(self) -> list[bytes]:
        lines = []
        while self._pending:
            if seen := self._seen(self._pending.popleft()):
                lines.append(self._event(*seen))
        return lines

    def _event(self, kind: str, obj: Object) -> bytes:
        if tables.wanted(self._call.request):
            version = {"resourceVersion": obj["metadata"]["resourceVersion"]}
            return _line(kind, tables.table(self._call, [obj], version))
        return _line(kind, obj)

    def _bookmark(self, annotations: dict[str, str] | None = None) -> bytes:
        resource = self._call.resource
        metadata: dict[str, Any] = {"resourceVersion": str(self._call.store.journal.version)}
        metadata |= {"annotations": annotations} if annotations else {}
        mark = {"kind": resource.kind, "apiVersion": resource.api_version}
        return _line("BOOKMARK", mark | {"metadata": metadata})


def _left(event: Event) -> Object:
    """An object that left the selection: as it was, at the version of the change."""
    before = event.before or event.after
    return before | {"metadata": before["metadata"] | {"resourceVersion": str(event.version)}}


def _line(kind: str, obj: Any) -> bytes:
    document = {"type": kind, "object": obj}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
