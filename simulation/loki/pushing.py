"""The push endpoint: JSON bodies, taken entry by entry; good ones stay though others are refused.

Source: loki v3 pkg/loghttp/push/push.go, and pkg/ingester/stream.go for late entries.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any

from simulation.apiserver.proxy import HttpRequest
from simulation.loki.refusals import Refused, not_simulated
from simulation.loki.store import LokiStore, Rejected, TooFarBehind
from simulation.loki.text import full_time_text

_MOST_LISTED = 10


@dataclass(frozen=True)
class Pushed:
    labels: dict[str, str]
    entries: list[tuple[int, str]]


def push(store: LokiStore, request: HttpRequest, tenant: str) -> None:
    """Raises the refusal, after all good entries were stored."""
    streams = _streams(_body(request))
    if not streams:
        raise Refused("error at least one valid stream is required for ingestion\n", 422)
    for stream in streams:
        _push_stream(store, stream, tenant)


def _push_stream(store: LokiStore, stream: Pushed, tenant: str) -> None:
    invalid: list[Rejected] = []
    late: list[tuple[int, TooFarBehind]] = []
    for at_ns, line in stream.entries:
        try:
            store.push(stream.labels, at_ns, line)
        except TooFarBehind as error:
            late.append((at_ns, error))
        except Rejected as error:
            invalid.append(error)
    if invalid:
        raise Refused(f"{invalid[-1]}\n")
    if late:
        raise Refused(_late_text(late, len(stream.entries), tenant))


def _late_text(late: list[tuple[int, TooFarBehind]], total: int, tenant: str) -> str:
    lines = "".join(
        f"entry with timestamp {full_time_text(at_ns)} ignored, reason: '{error}',\n"
        for at_ns, error in late[:_MOST_LISTED]
    )
    ending = f"total ignored: {len(late)} out of {total} for stream: {late[0][1].stream}\n"
    return f"{lines}user '{tenant}', {ending}"


def _body(request: HttpRequest) -> bytes:
    headers = {name.lower(): value for name, value in request.headers.items()}
    media = headers.get("content-type", "").split(";")[0].strip()
    if not media:
        raise Refused("mime: no media type\n")
    if media != "application/json":
        raise not_simulated(f"pushes as {media}")
    if headers.get("content-encoding") == "gzip":
        return gzip.decompress(request.body)
    return request.body


def _streams(body: bytes) -> list[Pushed]:
    try:
        listed: list[dict[str, Any]] = json.loads(body).get("streams", [])
        return [Pushed(each["stream"], list(map(_entry, each["values"]))) for each in listed]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Refused(f"loghttp.PushRequest: {error}\n") from None


def _entry(value: list[Any]) -> tuple[int, str]:
    if len(value) > 2 and value[2]:
        raise not_simulated("structured metadata in a push")
    return int(value[0]), str(value[1])
