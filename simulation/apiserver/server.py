"""HTTPS in front of the store, with a certificate authority of its own."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import trustme
from aiohttp import web

from simulation.apiserver.api import Api
from simulation.apiserver.store import Store

HOST = "127.0.0.1"
INSIDE = ("172.30.0.1", "kubernetes.default.svc")
"""What pods call the API server."""


@dataclass
class Server:
    """A serving API: where it is, the CA to trust, and the handler behind it."""

    url: str
    ca_pem: bytes
    api: Api
    _runner: web.ServerRunner

    async def close(self) -> None:
        await self._runner.cleanup()


def _certificate() -> tuple[ssl.SSLContext, bytes]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "localhost", *INSIDE).configure_cert(context)
    return context, authority.cert_pem.bytes()


async def serve(store: Store, port: int = 0) -> Server:
    """Serve on the loopback address; port 0 takes a free one."""
    api = Api(store)
    runner = web.ServerRunner(web.Server(api, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    context, ca_pem = _certificate()
    site = web.TCPSite(runner, HOST, port, ssl_context=context)
    await site.start()
    bound = runner.addresses[0][1]
    return Server(f"https://{HOST}:{bound}", ca_pem, api, runner)
