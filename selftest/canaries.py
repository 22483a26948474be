"""Secrets that exist only to be found: planted wherever a run could pick one up."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import yaml

ENVIRONMENT = "canary-of-the-environment-7Qd2"
URL = "canary-of-the-url-x93Lk"
ERROR = "canary-of-an-error-body-Bb51"
LOKI = "canary-of-a-token-for-loki-Vt40"
PROMETHEUS = "canary-of-a-token-for-prometheus-Rr86"
STORED = "canary-of-a-secret-object-0Pz7"


def of_kubeconfig(kubeconfig: Path) -> list[str]:
    """What a kubeconfig opens doors with, as it stands there."""
    users = [entry["user"] for entry in yaml.safe_load(kubeconfig.read_text())["users"]]
    keys = ("token", "client-key-data", "password")
    return [user[key] for user in users for key in keys if key in user]


def found(canaries: list[str], places: Iterator[tuple[str, bytes]]) -> list[str]:
    """Where a canary is, plain, in base64 or in a URL's spelling."""
    seen = []
    for where, content in places:
        for canary in canaries:
            spellings = {canary.encode(), quote(canary).encode()}
            spellings |= {base64.b64encode(canary.encode())}
            if any(spelling in content for spelling in spellings):
                seen.append(f"{canary[:24]}… in {where}")
    return seen


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


class _Telltale(BaseHTTPRequestHandler):
    """It answers every question with an error that repeats what it was sent."""

    def do_GET(self) -> None:
        sent = self.headers.get("Authorization", "none")
        told = f"upstream refused: Authorization: Bearer {ERROR} password={ERROR}, sent: {sent}"
        body = told.encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: object) -> None:
        pass


@contextmanager
def telltale() -> Iterator[str]:
    """The URL of a Loki or Prometheus that repeats credentials, with a password in it."""
    server = HTTPServer(("127.0.0.1", 0), _Telltale)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://reader:{URL}@127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
