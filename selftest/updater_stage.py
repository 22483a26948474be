"""A stage for the egress-firewall updater: its modules, real lists, a small HTTPS API server."""

from __future__ import annotations

import json
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

HOME = Path(__file__).parent.parent / "manifests" / "egress-firewall-updater"
LISTS = Path(__file__).parent / "data" / "google"
TOKEN = "the-token-that-nobody-may-see"
APPLIED = "EgressFirewall Rules applied"

sys.path.append(str(HOME))  # last, so that the modules' plain names shadow nothing


class FakeApi(ThreadingHTTPServer):
    """Stores EgressFirewalls by namespace; the attributes below make it misbehave."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.firewalls: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.statuses = [APPLIED]  # what each reading finds; the last one stays
        self.messages = ["node-1: it is so"]
        self.stumbles: list[int] = []  # HTTP codes that the next calls meet
        self.cuts = 0  # answers that end in the middle, well framed
        self.refusals: dict[str, tuple[int, str]] = {}  # by namespace
        self.forgets_last_rule = False
        self.at_patch: Callable[[], object] = lambda: None

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server_address[1]}"

    def writes(self) -> list[str]:
        return [path for method, path, _ in self.requests if method == "PATCH"]

    def rules(self, namespace: str) -> list[str]:
        egress = self.firewalls[namespace]["spec"]["egress"]
        return [f"{rule['type']} {rule['to']['cidrSelector']}" for rule in egress]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, as one that distrusts the certificate does, is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: FakeApi

    def do_GET(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def _answer(self) -> None:
        stage = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        stage.requests.append((self.command, self.path, dict(self.headers)))
        namespace = self.path.split("/")[5]
        if stage.stumbles:
            self._reply(stage.stumbles.pop(0), {"message": f"stumbled over {TOKEN}"})
        elif namespace in stage.refusals:
            code, message = stage.refusals[namespace]
            self._reply(code, {"message": message})
        elif self.command == "PATCH":
            stage.at_patch()
            self._store(namespace, json.loads(body))
        elif namespace in stage.firewalls:
            text = stage.statuses.pop(0) if len(stage.statuses) > 1 else stage.statuses[0]
            status = {"status": {"status": text, "messages": stage.messages}}
            self._reply(200, {**stage.firewalls[namespace], **status})
        else:
            self._reply(404, {"message": 'egressfirewalls "default" not found'})

    def _store(self, namespace: str, firewall: dict[str, Any]) -> None:
        code = 200 if namespace in self.server.firewalls else 201
        if self.server.forgets_last_rule:
            firewall["spec"]["egress"].pop()
        self.server.firewalls[namespace] = firewall
        self._reply(code, firewall)

    def _reply(self, code: int, found: dict[str, Any]) -> None:
        body = json.dumps(found).encode()
        if self.server.cuts:
            self.server.cuts -= 1
            body = body[: len(body) // 2]
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent: the tests look at `requests`."""


WRONG_CLOCKS = {
    "certificate is not yet valid": timedelta(days=2),
    "certificate has expired": timedelta(days=-400),
}
"""What is said of a certificate that is good at another time: how far off our clock is."""


@contextmanager
def serving(authority: trustme.CA, ahead: timedelta = timedelta()) -> Iterator[FakeApi]:
    """`ahead` of our clock are those who have issued the certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued(authority, ahead).configure_cert(tls)
    with FakeApi(tls) as stage:
        threading.Thread(target=stage.serve_forever, args=(0.01,), daemon=True).start()
        yield stage
        stage.shutdown()


def issued(authority: trustme.CA, ahead: timedelta = timedelta()) -> trustme.LeafCert:
    since = datetime.now(UTC) + ahead
    valid = {"not_before": since - timedelta(days=1), "not_after": since + timedelta(days=30)}
    return authority.issue_cert("127.0.0.1", **valid)


def account(directory: Path, authority: trustme.CA, namespace: str = "updater-home") -> Path:
    """A service-account directory as a Pod has it."""
    authority.cert_pem.write_to_path(str(directory / "ca.crt"))
    (directory / "token").write_text(TOKEN + "\n")
    (directory / "namespace").write_text(namespace)
    return directory


def environment(api_url: str, directory: Path, date: str, **others: str) -> dict[str, str]:
    """Settings for a quick run on the lists of a date."""
    return {
        "API_URL": api_url,
        "SERVICE_ACCOUNT_DIR": str(directory),
        "TARGET_NAMESPACES": "restricted",
        "GOOG_URL": (LISTS / f"goog-{date}.json").as_uri(),
        "CLOUD_URL": (LISTS / f"cloud-{date}.json").as_uri(),
        "ALLOW_PLAIN_LISTS": "true",
        "TIMEOUT_SECONDS": "5",
        "RETRY_SECONDS": "0",
        "STATUS_WAIT_SECONDS": "0.05",
        "STATUS_SETTLE_SECONDS": "0.02",
        **others,
    }


def list_file(directory: Path, name: str, networks: list[str]) -> str:
    """A list of these networks in Google's form, as a file URL."""
    entries = [{"ipv6Prefix" if ":" in text else "ipv4Prefix": text} for text in networks]
    path = directory / name
    path.write_text(json.dumps({"prefixes": entries}))
    return path.as_uri()
