"""Servers with TLS on this machine, to which port-forwards lead: one for each name, from the first
connection on until the cluster ends.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable

import trustme
from aiohttp import web

HOST = "127.0.0.1"
Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class TlsServers:
    """`authority` is what OpenShift calls its service CA."""

    def __init__(self, authority: trustme.CA) -> None:
        self._authority = authority
        self._runners: dict[str, web.ServerRunner] = {}

    async def at(self, service: str, answer: Answer) -> tuple[str, int]:
        """Where the server answers whose certificate is of `service`, a name with its namespace."""
        if service not in self._runners:
            self._runners[service] = await self._serve(service, answer)
        return HOST, self._runners[service].addresses[0][1]

    async def _serve(self, service: str, answer: Answer) -> web.ServerRunner:
        runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        host = f"{service}.svc"
        self._authority.issue_cert(host, f"{host}.cluster.local").configure_cert(context)
        await web.TCPSite(runner, HOST, 0, ssl_context=context).start()
        return runner

    async def close(self) -> None:
        for runner in self._runners.values():
            await runner.cleanup()
