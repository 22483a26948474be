"""The HTTP API of a Prometheus, for the service proxy. Source: Prometheus 3, web/api/v1/api.go."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from simulation.apiserver.proxy import HttpReply, HttpRequest
from simulation.prometheus.selector import NotUnderstood, parse
from simulation.prometheus.series import SeriesStore

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
MOST_POINTS = 11_000
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class PrometheusServer:
    """Instant and range queries of plain selectors; `queries` counts them."""

    def __init__(self, store: SeriesStore, now: Callable[[], float]) -> None:
        self._store, self._now = store, now
        self.queries = 0

    async def __call__(self, request: HttpRequest) -> HttpReply:
        path = "/" + request.path.strip("/")
        if path in ("/-/ready", "/-/healthy"):
            return HttpReply(200, TEXT, b"Prometheus Server is Ready.\n")
        answers = {"/api/v1/query": self._instant, "/api/v1/query_range": self._range}
        if path not in answers:
            return HttpReply(404, TEXT, b"404 page not found\n")
        self.queries += 1
        asked = dict(parse_qsl(request.body.decode())) | dict(request.query)
        try:
            data = answers[path](asked)
        except NotUnderstood as error:
            return _reply(400, {"status": "error", "errorType": "bad_data", "error": str(error)})
        return _reply(200, {"status": "success", "data": data})

    def _instant(self, asked: dict[str, str]) -> Any:
        name, fits = parse(asked.get("query", ""))
        at = _number("time", asked.get("time"), self._now())
        result = [
            {"metric": labels, "value": [at, _written(value)]}
            for labels, series in self._store.find(name, fits)
            if (value := series.at(at)) is not None
        ]
        return {"resultType": "vector", "result": result}

    def _range(self, asked: dict[str, str]) -> Any:
        name, fits = parse(asked.get("query", ""))
        start, end = (_number(key, asked.get(key)) for key in ("start", "end"))
        step = _number("step", asked.get("step"))
        if step <= 0 or end < start:
            raise NotUnderstood("zero or negative query resolution step widths are not accepted")
        count = int((end - start) / step) + 1
        if count > MOST_POINTS:
            raise NotUnderstood("exceeded maximum resolution of 11,000 points per timeseries")
        moments = [start + step * place for place in range(count)]
        result = []
        for labels, series in self._store.find(name, fits):
            points = [(at, value) for at in moments if (value := series.at(at)) is not None]
            if points:
                values = [[at, _written(value)] for at, value in points]
                result.append({"metric": labels, "values": values})
        return {"resultType": "matrix", "result": result}


def _number(name: str, text: str | None, default: float | None = None) -> float:
    """Seconds since the epoch, or a duration such as 15s."""
    if text is None and default is not None:
        return default
    for unit, size in (("", 1.0), *_UNITS.items()):
        try:
            return float((text or "").removesuffix(unit)) * size
        except ValueError:
            continue
    raise NotUnderstood(f'invalid parameter "{name}": cannot parse "{text or ""}"')


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _reply(code: int, answer: dict[str, Any]) -> HttpReply:
    return HttpReply(code, JSON, json.dumps(answer).encode())
