"""Puts the contract's questions to a Loki and brings the answers into a comparable form."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import requests

from selftest.contract.loki_cases import Case
from selftest.contract.loki_entries import ENTRIES, RUN, SECOND, Push
from simulation.apiserver.proxy import HttpRequest
from simulation.loki import LokiServer

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+(Z| \+0000 UTC)")
Transport = Callable[[str, str, list[tuple[str, str]], bytes], tuple[int, str]]


def real(url: str) -> Transport:
    """A Loki over HTTP, without authentication."""
    session = requests.Session()

    def ask(method: str, path: str, params: list[tuple[str, str]], body: bytes) -> tuple[int, str]:
        headers = JSON if path.endswith("/push") else FORM if body else {}
        answer = session.request(
            method, url + path, params=params, data=body, headers=headers, timeout=30
        )
        return answer.status_code, answer.content.decode()

    return ask


def simulated(server: LokiServer) -> Transport:
    def ask(method: str, path: str, params: list[tuple[str, str]], body: bytes) -> tuple[int, str]:
        headers = JSON if path.endswith("/push") else FORM if body else {}
        reply = asyncio.run(server(HttpRequest(method, path, params, headers, body)))
        return reply.status, reply.body.decode()

    return ask


class Asking:
    """One Loki, filled with the contract's entries under a run of its own."""

    def __init__(self, ask: Transport, base_ns: int) -> None:
        self._ask, self.base_ns = ask, base_ns
        self.run = f"run-{uuid.uuid4().hex}"

    def fill(self) -> None:
        for labels, offset, line in ENTRIES:
            stream = {name: self._own(value) for name, value in labels.items()}
            values = [[str(self.base_ns + offset), line]]
            body = json.dumps({"streams": [{"stream": stream, "values": values}]})
            status, text = self._ask("POST", "/loki/api/v1/push", [], body.encode())
            assert status == 204, text

    def push(self, case: Push, now_ns: int) -> tuple[int, str]:
        """The answer, with all times hidden: the two Lokis read their clocks one after another."""
        stream = {name: self._own(value) for name, value in case.labels.items()}
        values = [[str(now_ns + offset), case.line] for offset in case.offsets]
        body = json.dumps({"streams": [{"stream": stream, "values": values}]})
        status, text = self._ask("POST", "/loki/api/v1/push", [], body.encode())
        return status, TIME.sub("TIME", text.replace(self.run, RUN))

    def answer(self, case: Case) -> tuple[int, object]:
        params = [(name, self._own(self._timed(value))) for name, value in case.params]
        if case.method == "POST":
            status, text = self._ask("POST", case.path, [], urlencode(params).encode())
        else:
            status, text = self._ask(case.method, case.path, params, b"")
        return status, comparable(text.replace(self.run, RUN))

    def _own(self, text: str) -> str:
        return text.replace(RUN, self.run)

    def _timed(self, text: str) -> str:
        """`@N` is nanoseconds after the base; `@sN`, `@fN`, `@rN` are seconds in other forms."""
        if not text.startswith("@"):
            return text
        form, seconds = text[1], self.base_ns // SECOND
        if form == "s":
            return str(seconds + int(text[2:]))
        if form == "f":
            return f"{seconds + int(text[2:])}.0"
        if form == "r":
            return datetime.fromtimestamp(seconds + int(text[2:]), UTC).isoformat()
        return str(self.base_ns + int(text[1:]))


def comparable(text: str) -> object:
    """Statistics depend on the machine, and the order of series is nobody's promise."""
    try:
        answer = json.loads(text)
    except ValueError:
        return text
    data = answer.get("data") if isinstance(answer, dict) else None
    if isinstance(data, list):
        data.sort(key=lambda each: json.dumps(each, sort_keys=True))
    if isinstance(data, dict):
        data.pop("stats", None)
        data.pop("encodingFlags", None)
        if data.get("resultType") in ("matrix", "vector"):
            data["result"].sort(key=lambda each: json.dumps(each["metric"], sort_keys=True))
    return answer
