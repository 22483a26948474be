"""One call to a Loki: which answers are worth another try, and what to say of the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import urllib3

from kit.again import RETRIES, Attempts, retry_after
from kit.errors import InfrastructureError, Unanswered
from kit.wait import sleep

Params = Mapping[str, str]
Connection_Errors = (OSError, urllib3.exceptions.HTTPError)


class LokiError(InfrastructureError):
    """Loki could not answer, so nothing is known about flows. Never the same as no flows."""


class Answer(NamedTuple):
    """What a transport brings back."""

    status: int
    body: str
    headers: Mapping[str, str] = {}  # read only


Transport = Callable[[str, Params], Answer]


@dataclass
class Calls:
    """Calls through one transport, with bounded retries; `made` counts every attempt."""

    transport: Transport
    name: str
    sleep: Callable[[float], None] = sleep
    retries: int = RETRIES
    speed: float = 1.0
    kind: str = "Loki"
    made: int = field(default=0, init=False)

    def data(self, path: str, params: Params) -> Any:
        """The `data` of a successful answer; LokiError otherwise."""
        attempts = Attempts(self.retries, self.speed, self.sleep)
        while True:
            outcome = self._once(path, params)
            if not isinstance(outcome, _Trouble):
                return outcome
            if not outcome.passing or not attempts.once_more(outcome.wait):
                raise LokiError(outcome.sentence)

    def page(self, path: str, params: Params | None = None) -> Answer:
        """One answer of any status, as it came; LokiError when there was none."""
        self.made += 1
        try:
            return self.transport(path, params or {})
        except Connection_Errors as error:
            raise LokiError(_unreachable(self.name, error)) from None

    def _once(self, path: str, params: Params) -> Any:
        self.made += 1
        try:
            answer = self.transport(path, params)
        except Connection_Errors as error:
            return _Trouble(_unreachable(self.name, error), passing=True)
        except Unanswered as error:
            return _Trouble(f"{self.name} gave no answer. {error}", passing=True)
        if answer.status == 200:
            return self._decoded(answer.body)
        return _trouble(self, answer)

    def _decoded(self, body: str) -> Any:
        try:
            answer = json.loads(body)
            if answer["status"] == "success":
                return answer.get("data")
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        said = _short(body) or "nothing"
        sentence = (
            f"{self.name} answered 200 with a cut or foreign body ({said}): is it a {self.kind}?"
        )
        return _Trouble(sentence, passing=True)


@dataclass(frozen=True)
class _Trouble:
    sentence: str
    passing: bool = False
    wait: float = 0.0


_ADVICE = {
    ("Loki", 401): "wants a tenant or a token that it knows; check tenantID in the FlowCollector, "
    "log in again, or set LOKI_TOKEN",
    ("Loki", 403): "forbids reading: give the user the ClusterRole netobserv-loki-reader (get on "
    "network of loki.grafana.com)",
    ("Loki", 404): "has no such path: check its URL in the FlowCollector or --loki-url",
    ("Prometheus", 401): "wants a token that it knows: log in again, or set PROMETHEUS_TOKEN",
    ("Prometheus", 403): "forbids reading: give the user the role cluster-monitoring-view",
    ("Prometheus", 404): "has no such path: check its URL in the FlowCollector or --prometheus-url",
    ("Loki", 429): "refuses more queries: raise its rate limits or run fewer workers",
}


def _trouble(calls: Calls, answer: Answer) -> _Trouble:
    status, said = answer.status, _short(_message(answer.body))
    passing = status == 429 or status >= 500
    advice = _ADVICE.get(
        (calls.kind, status), "failed: look at its log" if passing else "refused the query"
    )
    detail = f" {said}" if said else ""
    said = f"{calls.name} {advice} ({status}{detail})."
    return _Trouble(said, passing, retry_after(answer.headers))


def _unreachable(name: str, error: BaseException) -> str:
    said = _short(str(_first_cause(error)))
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return f"{name} cannot be asked, its certificate is not trusted: check its CA ({said})."
    if "timed out" in said.lower() or isinstance(error, TimeoutError):
        return f"{name} did not answer in time: check its load and its pods ({said})."
    return f"{name} cannot be reached: check its URL and its pods ({said})."


def _first_cause(error: BaseException) -> BaseException:
    """Clients wrap the socket's own words in URLs and retries."""
    while error.__context__ is not None:
        error = error.__context__
    return error


def _message(body: str) -> str:
    """The API server's proxy wraps its own errors in a Status object."""
    try:
        answer = json.loads(body)
    except ValueError:
        return body
    return str(answer.get("message", body)) if isinstance(answer, dict) else body


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 200 else f"{one_line[:200]}…"
