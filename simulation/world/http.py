"""As much HTTP as a probe needs: bytes of a request, bytes of a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import parse_qs, urlsplit

_REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 404: "Not Found", 500: "Internal Error"}
TLS_ALERT = b"\x15\x03\x01\x00\x02\x02\x46"


@dataclass(frozen=True)
class Request:
    """A parsed request; `fields` are the values of query and form."""

    method: str
    path: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def first(self, name: str, default: str = "") -> str:
        return self.fields.get(name, [default])[0]


def read_request(payload: bytes) -> Request | None:
    head, _, body = payload.decode("latin-1").partition("\r\n\r\n")
    lines = head.split("\r\n")
    match = re.fullmatch(r"([A-Z]+) (\S+) HTTP/1\.[01]", lines[0])
    if match is None:
        return None
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    url = urlsplit(match[2])
    fields = parse_qs(url.query) | parse_qs(body)
    return Request(match[1], url.path or "/", fields, headers)


@dataclass(frozen=True)
class Reply:
    """What a server answers, or a client read of it."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def write_reply(reply: Reply, at: float, method: str = "GET") -> tuple[bytes, ...]:
    """Head and body as the two writes that small servers make."""
    headers = {
        "Date": formatdate(at, usegmt=True),
        "Content-Length": str(len(reply.body)),
        "Content-Type": "text/plain; charset=utf-8",
        **reply.headers,
    }
    reason = _REASONS.get(reply.status, "Status")
    lines = [f"HTTP/1.1 {reply.status} {reason}", *(f"{k}: {v}" for k, v in headers.items())]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return (head,) if method == "HEAD" or not reply.body else (head, reply.body)


def read_reply(payload: bytes) -> tuple[Reply, str] | None:
    """The reply and its head as text; None when it is not HTTP."""
    head, _, body = payload.partition(b"\r\n\r\n")
    text = head.decode("latin-1")
    match = re.match(r"HTTP/1\.[01] (\d{3})", text)
    if match is None:
        return None
    pairs = (line.split(": ", 1) for line in text.split("\r\n")[1:] if ": " in line)
    headers = {name.lower(): value for name, value in pairs}
    return Reply(int(match[1]), body, headers), text + "\r\n\r\n"
