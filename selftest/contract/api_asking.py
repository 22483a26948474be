"""How a case is put to an API server, and what of its answer is compared.

What differs from run to run (names of namespaces, uids, versions, times, addresses) is masked.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any

import yaml

from kit.asks import Answer, Ask
from kit.connection import Connection
from selftest.contract.api_cases import Case
from selftest.contract.api_widgets import widgets
from simulation.apiserver import definitions

MASKED = re.compile(
    r"(?P<UID>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<TIME>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)|(?P<ADDRESS>172\.30\.\d+\.\d+)"
)
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
DROPPED = ("resourceVersion", "time")
LONG = re.compile(r"\n@@ .*", re.DOTALL)


class Asking:
    """One API server with a namespace of our own on it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.namespace = f"contract-{uuid.uuid4().hex[:8]}"

    def prepare(self) -> None:
        for definition in [*definitions.definitions(), widgets()]:
            name = definition["metadata"]["name"]
            if self._connection.ask(Ask("GET", f"{CRDS}/{name}")).status == 404:
                self._connection.expect(Ask("POST", CRDS, body=definition))
        body = {"metadata": {"name": self.namespace}}
        self._connection.expect(Ask("POST", "/api/v1/namespaces", body=body))
        probe = f"/apis/t.example.com/v1/namespaces/{self.namespace}/widgets"
        for _ in range(100):
            if self._connection.ask(Ask("GET", probe)).status == 200:
                break

    def clear(self) -> None:
        self._connection.ask(Ask("DELETE", f"/api/v1/namespaces/{self.namespace}"))

    def put(self, case: Case) -> dict[str, Any]:
        answer = None
        for ask in case.asks:
            answer = self._connection.ask(replace(ask, path=self._place(ask.path)))
        assert answer is not None
        return self._told(answer)

    def _place(self, path: str) -> str:
        return path.replace("/NS/", f"/{self.namespace}/")

    def _told(self, answer: Answer) -> dict[str, Any]:
        text = answer.body.decode().replace(self.namespace, "NS")
        try:
            body = yaml.safe_load(text) if text[:1] in "{[" else text
        except yaml.YAMLError:
            body = text
        return {"code": answer.status, "body": _ordered(_plain(body))}


def _ordered(body: Any) -> Any:
    """A real server lists the causes of a refusal in no fixed order; reviews are stored nowhere."""
    if not isinstance(body, dict):
        return body
    if str(body.get("kind")).endswith("Review"):
        body.pop("metadata", None)
    causes = (body.get("details") or {}).get("causes") or ()
    if len(causes) > 1:
        causes.sort(key=lambda cause: (cause["field"], cause["message"]))
    if body.get("reason") == "Invalid" and len(causes) > 1:
        body["message"] = body["message"].partition(" is invalid: ")[0]
    return body


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {k: _plain(v) for k, v in value.items() if k not in DROPPED}
        if "managedFields" in kept:
            kept["managedFields"].sort(key=lambda entry: (entry["manager"], entry["operation"]))
        return kept
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return MASKED.sub(lambda found: str(found.lastgroup), LONG.sub("", value))
    return value
