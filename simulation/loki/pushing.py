"""The push endpoint: JSON bodies, taken entry by entry.

Source: loki v3 pkg/loghttp/push/push.go; good entries are kept even if others are refused.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

from simulation.apiserver.proxy import HttpRequest
from simulation.loki.refusals import Refused
from simulation.loki.store import LokiStore, Rejected


def push(store: LokiStore, request: HttpRequest) -> None:
    """Raises the refusal of the last bad entry, after all good ones were stored."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    media = headers.get("content-type", "").split(";")[0].strip()
    if media != "application/json":
        raise Refused("the simulated Loki takes pushes as application/json only\n", 415)
    body = gzip.decompress(request.body) if "gzip" in headers.get("content-encoding", "") else None
    refused: list[str] = []
    for labels, at_ns, line in _entries(request.body if body is None else body):
        try:
            store.push(labels, at_ns, line)
        except Rejected as error:
            refused.append(str(error))
    if refused:
        raise Refused(f"{refused[-1]}\n")


def _entries(body: bytes) -> list[tuple[dict[str, str], int, str]]:
    try:
        streams: list[dict[str, Any]] = json.loads(body)["streams"]
        return [
            (stream["stream"], int(value[0]), value[1])
            for stream in streams
            for value in stream["values"]
        ]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Refused(f"loghttp.PushRequest: {error}\n") from None
