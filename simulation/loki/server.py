"""The HTTP side of the Loki: routes, tenants and status codes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from simulation.apiserver.proxy import HttpReply, HttpRequest
from simulation.loki import answers
from simulation.loki.parameters import Parameters
from simulation.loki.pushing import push
from simulation.loki.refusals import Refused
from simulation.loki.store import LokiStore

TENANT_HEADER = "x-scope-orgid"
NO_TENANT = "fake"
"""What Loki calls the only tenant when authentication is off."""
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
JSON = {"Content-Type": "application/json; charset=UTF-8"}
YAML = {"Content-Type": "text/yaml; charset=utf-8"}
CONFIG = """\
target: all
auth_enabled: false
schema_config:
  configs:
    - from: "2020-10-24"
      store: boltdb-shipper
      object_store: filesystem
      schema: v11
    - from: "2024-04-01"
      store: tsdb
      object_store: filesystem
      schema: v13
"""
"""The part of `/config` that a reader of schemas wants. Source: Loki 3.5, /config."""
BUILD = {
    "version": "3.8.0",
    "revision": "",
    "branch": "",
    "buildUser": "",
    "buildDate": "",
    "goVersion": "",
}
_VALUES = re.compile(r"/loki/api/v1/label/([^/]+)/values")
_READS: dict[str, Callable[[LokiStore, Parameters], Any]] = {
    "/loki/api/v1/query_range": answers.query_range,
    "/loki/api/v1/query": answers.query,
    "/loki/api/v1/labels": answers.label_names,
    "/loki/api/v1/label": answers.label_names,
    "/loki/api/v1/series": answers.series,
}


class LokiServer:
    """Handler for the service proxy."""

    def __init__(self, store: LokiStore, now: Callable[[], float], tenant: str = "") -> None:
        """With a tenant, `store` is its own, every call must name one, and others see nothing."""
        self._store, self._now, self._tenant = store, now, tenant
        self._others: dict[str, LokiStore] = {}
        self.queries, self.config = 0, CONFIG

    async def __call__(self, request: HttpRequest) -> HttpReply:
        try:
            return self._route(request)
        except Refused as refusal:
            return HttpReply(refusal.code, TEXT, refusal.text.encode())

    def _route(self, request: HttpRequest) -> HttpReply:
        path = request.path if request.path.startswith("/") else f"/{request.path}"
        if path == "/ready":
            return HttpReply(200, TEXT, b"ready\n")
        if path == "/metrics":
            return HttpReply(200, TEXT, self._metrics())
        if path == "/config":
            return HttpReply(200, YAML, self.config.encode())
        if path == "/loki/api/v1/status/buildinfo":
            return HttpReply(200, JSON, json.dumps(BUILD).encode())
        if not path.startswith("/loki/api/v1/"):
            raise Refused("404 page not found\n", 404)
        return self._serve(path, request, self._store_for(request))

    def _serve(self, path: str, request: HttpRequest, store: LokiStore) -> HttpReply:
        if path == "/loki/api/v1/push":
            push(store, request, _tenant_of(request) if self._tenant else NO_TENANT)
            return HttpReply(204)
        asked = Parameters(_form(request), self._now)
        if values := _VALUES.fullmatch(path):
            return _success(answers.label_values(store, asked, values[1]))
        if path not in _READS:
            raise Refused("404 page not found\n", 404)
        self.queries += path.endswith(("query", "query_range"))
        return _success(_READS[path](store, asked))

    def _store_for(self, request: HttpRequest) -> LokiStore:
        if not self._tenant:
            return self._store
        tenant = _tenant_of(request)
        if not tenant:
            raise Refused("no org id\n", 401)
        if tenant == self._tenant:
            return self._store
        return self._others.setdefault(tenant, LokiStore(self._now, self._store.limits))

    def _metrics(self) -> bytes:
        lines = sum(len(stream.entries) for stream in self._store)
        return f"loki_distributor_lines_received_total {lines}\n".encode()


def _tenant_of(request: HttpRequest) -> str:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return headers.get(TENANT_HEADER, "")


def _form(request: HttpRequest) -> list[tuple[str, str]]:
    """A form in the body comes before the query string, as in Go."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    media = headers.get("content-type", "")
    if request.method == "POST" and media.startswith("application/x-www-form-urlencoded"):
        return parse_qsl(request.body.decode(), keep_blank_values=True) + list(request.query)
    return list(request.query)


def _success(data: Any) -> HttpReply:
    answer = {"status": "success", "data": data}
    if data is None:
        del answer["data"]
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return HttpReply(200, JSON, body.encode("utf-8", "replace") + b"\n")
