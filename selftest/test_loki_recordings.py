"""Flows recorded from real parts are read whole, and every key is one that the catalog knows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from catalog.fields import BY_KEY, STREAM_LABELS
from kit.logql import Query
from kit.loki import Answer, Flow, Loki
from simulation.apiserver.proxy import HttpRequest
from simulation.loki import LokiServer, LokiStore

FILES = sorted((Path(__file__).parent / "data" / "flows").glob("*.json"))
COUNTS = {"loki-query-range-dns-and-drops": 14, "loki-query-range-http": 12}
ALL = Query().where(app="netobserv-flowcollector")


def recorded_flows(file: Path) -> list[Flow]:
    answer = Answer(200, file.read_text())
    return Loki(lambda _path, _params: answer).flows(ALL, 0, 2_000_000_000)


def streams(file: Path) -> list[dict[str, Any]]:
    return list(json.loads(file.read_text())["data"]["result"])


def test_there_are_recordings() -> None:
    assert {file.stem for file in FILES} == set(COUNTS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_key_is_known_and_has_its_kind(file: Path) -> None:
    flows = recorded_flows(file)
    assert len(flows) == COUNTS[file.stem]
    pairs = [(key, value) for flow in flows for key, value in flow.items()]
    assert {key for key, _ in pairs} <= set(BY_KEY)
    assert [(key, value) for key, value in pairs if not BY_KEY[key].kind.fits(value)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_labels_are_labels_and_nothing_else(file: Path) -> None:
    extra = {field.key for field in STREAM_LABELS}
    flows = recorded_flows(file)
    assert flows
    assert all(BY_KEY[key].label for flow in flows for key in set(flow.labels) - extra)
    assert not any(BY_KEY[key].label for flow in flows for key in json.loads(flow.line))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_simulated_loki_gives_back_what_it_was_given(file: Path) -> None:
    """Labels that Loki adds by itself are left out of the push, and must come back."""
    flows = recorded_flows(file)
    now = flows[-1].at_ns / 10**9 + 60
    store = LokiStore(lambda: now)
    for flow in flows:
        added = ("service_name", "detected_level")
        labels = {name: text for name, text in flow.labels.items() if name not in added}
        store.push(labels, flow.at_ns, flow.line)

    def transport(path: str, params: Mapping[str, str]) -> Answer:
        handler = LokiServer(store, lambda: now)
        reply = asyncio.run(handler(HttpRequest("GET", path, list(params.items()))))
        return Answer(reply.status, reply.body.decode())

    again = Loki(transport).flows(ALL, 0, now)
    assert again == flows
    assert [flow.labels for flow in again] == [flow.labels for flow in flows]


def test_a_port_is_found_by_a_line_filter() -> None:
    flows = [flow for file in FILES for flow in recorded_flows(file)]
    wanted = [flow for flow in flows if flow.get("SrcPort") == 53]
    store = LokiStore(lambda: flows[-1].at_ns / 10**9 + 600)
    for flow in flows:
        store.push(flow.labels, flow.at_ns, flow.line)

    def transport(path: str, params: Mapping[str, str]) -> Answer:
        handler = LokiServer(store, lambda: 0)
        reply = asyncio.run(handler(HttpRequest("GET", path, list(params.items()))))
        return Answer(reply.status, reply.body.decode())

    found = Loki(transport).flows(ALL.showing("SrcPort", 53), 0, 2_000_000_000)
    assert wanted
    assert sorted(flow.line for flow in found) == sorted(flow.line for flow in wanted)
