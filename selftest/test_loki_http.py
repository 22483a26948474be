"""The simulated Loki over HTTP: routes, tenants, forms and refusals of what it does not know."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import pytest

from simulation.apiserver.proxy import HttpReply, HttpRequest
from simulation.loki import LokiServer, LokiStore

NOW = 1_800_000_000.0
NOW_NS = int(NOW) * 10**9
API = "/loki/api/v1"
JSON = {"Content-Type": "application/json"}


def server(tenant: str = "") -> LokiServer:
    store = LokiStore(lambda: NOW)
    store.push({"app": "x"}, NOW_NS - 5, "held")
    return LokiServer(store, lambda: NOW, tenant)


def ask(
    loki: LokiServer, path: str, query: str = "", headers: dict[str, str] | None = None
) -> HttpReply:
    params = [("query", query)] if query else []
    return asyncio.run(loki(HttpRequest("GET", path, params, headers or {})))


def push(loki: LokiServer, body: bytes, headers: dict[str, str]) -> HttpReply:
    return asyncio.run(loki(HttpRequest("POST", f"{API}/push", [], headers, body)))


def data(reply: HttpReply) -> Any:
    assert reply.status == 200, reply.body
    return json.loads(reply.body)["data"]


def test_a_log_query_has_the_shape_of_loki() -> None:
    loki = server()
    assert data(ask(loki, f"{API}/query_range", '{app="x"}')) == {
        "resultType": "streams",
        "result": [
            {
                "stream": {"app": "x", "service_name": "x", "detected_level": "unknown"},
                "values": [[str(NOW_NS - 5), "held"]],
            }
        ],
        "stats": {"summary": {"totalEntriesReturned": 1}},
    }
    assert loki.queries == 1


@pytest.mark.parametrize("path", ["loki/api/v1/labels", "/loki/api/v1/labels"])
def test_the_leading_slash_may_be_missing(path: str) -> None:
    assert data(ask(server(), path)) == ["app", "service_name"]


@pytest.mark.parametrize("path", [f"{API}/query_range", f"{API}/push", f"{API}/labels"])
def test_a_tenant_is_asked_for(path: str) -> None:
    reply = ask(server("netobserv"), path, '{app="x"}')
    assert (reply.status, reply.body) == (401, b"no org id\n")


@pytest.mark.parametrize(("tenant", "found"), [("netobserv", 1), ("other", 0)])
def test_tenants_see_their_own(tenant: str, found: int) -> None:
    headers = {"x-ScOpe-orgid": tenant}
    reply = ask(server("netobserv"), f"{API}/query_range", '{app="x"}', headers)
    assert len(data(reply)["result"]) == found


def test_without_tenants_the_header_is_ignored() -> None:
    reply = ask(server(), f"{API}/query_range", '{app="x"}', {"X-Scope-OrgID": "any"})
    assert len(data(reply)["result"]) == 1


def test_what_is_pushed_is_found() -> None:
    loki = server()
    streams = [{"stream": {"app": "y"}, "values": [[str(NOW_NS - 1), "a"], [str(NOW_NS - 2), "b"]]}]
    body = json.dumps({"streams": streams}).encode()
    packed = JSON | {"Content-Encoding": "gzip"}
    assert push(loki, gzip.compress(body), packed).status == 204
    (stream,) = data(ask(loki, f"{API}/query_range", '{app="y"}'))["result"]
    assert [line for _, line in stream["values"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "headers", "status", "says"),
    [
        (b"{}", {}, 400, "mime: no media type"),
        (b"{}", JSON, 422, "at least one valid stream"),
        (b"{", JSON, 400, "loghttp.PushRequest"),
        (b'{"streams":[{"stream":{"a-b":"x"},"values":[["1","x"]]}]}', JSON, 400, "parse labels"),
        (b"", {"Content-Type": "application/x-protobuf"}, 501, "does not know pushes as"),
    ],
)
def test_bad_pushes(body: bytes, headers: dict[str, str], status: int, says: str) -> None:
    reply = push(server(), body, headers)
    assert (reply.status, says in reply.body.decode()) == (status, True)


@pytest.mark.parametrize(
    "query",
    [
        '{app="x"} | logfmt',
        '{app="x"} |> "<_>"',
        '{app="x"} |= ip("10.0.0.0/8")',
        '{app="x"} | line_format "{{.a | lower}}"',
        "vector(1)",
        'stddev(rate({app="x"}[1m]))',
        'rate({app="x"}[1m]) / on(app) rate({app="x"}[1m])',
    ],
)
def test_what_is_not_simulated_is_said_aloud(query: str) -> None:
    reply = ask(server(), f"{API}/query_range", query)
    assert reply.status == 501
    assert b"the simulated Loki does not know" in reply.body


def test_health_and_version() -> None:
    loki = server()
    assert ask(loki, "/ready").body == b"ready\n"
    assert json.loads(ask(loki, f"{API}/status/buildinfo").body)["version"].startswith("3.")
    assert b"loki_distributor_lines_received_total 1" in ask(loki, "/metrics").body
    assert ask(loki, "/nosuch").status == 404
