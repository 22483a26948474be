"""A Loki outside the cluster is believed by the authority that spec.loki names, and by no other."""

from __future__ import annotations

import base64
import http.server
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import trustme

from kit.errors import InfrastructureError
from kit.loki import find_loki
from selftest.fake_cluster import FakeCluster

GOOD = b'{"status":"success","data":{"resultType":"streams","result":[]}}'
HOST = "127.0.0.1"


class Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(GOOD)))
        self.end_headers()
        self.wfile.write(GOOD)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def url(authority: trustme.CA) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    with http.server.ThreadingHTTPServer((HOST, 0), Answering) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"https://{HOST}:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def held(kind: str, pem: bytes) -> dict[str, Any]:
    text = base64.b64encode(pem).decode() if kind == "Secret" else pem.decode()
    metadata = {"name": "loki-ca", "namespace": "flows"}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": {"ca.crt": text}}


def asked(url: str, thing: dict[str, Any], **tls: Any) -> list[Any]:
    named = {"type": thing["kind"].lower(), "name": "loki-ca", "certFile": "ca.crt"}
    settings = {"url": url, "tls": {"enable": True, "caCert": named, **tls}}
    spec = {"namespace": "flows", "loki": {"mode": "Monolithic", "monolithic": settings}}
    loki = find_loki(FakeCluster(thing), {"spec": spec}, None)
    loki._calls.retries = 0
    return list(loki.flows('{app="x"}', 0, 1))


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_the_authority_that_the_flowcollector_names_is_believed(
    url: str, authority: trustme.CA, kind: str
) -> None:
    assert asked(url, held(kind, authority.cert_pem.bytes())) == []


def test_another_authority_is_not(url: str) -> None:
    with pytest.raises(InfrastructureError, match="its certificate is not trusted"):
        asked(url, held("ConfigMap", trustme.CA().cert_pem.bytes()))


def test_nobody_is_asked_where_the_owner_has_said_so(url: str) -> None:
    other = held("ConfigMap", trustme.CA().cert_pem.bytes())
    assert asked(url, other, insecureSkipVerify=True) == []


def test_an_authority_that_is_not_there_is_named(url: str) -> None:
    missing = held("ConfigMap", b"x")
    missing["data"] = {}
    with pytest.raises(InfrastructureError, match=r"loki-ca has no certificate under 'ca\.crt'"):
        asked(url, missing)
