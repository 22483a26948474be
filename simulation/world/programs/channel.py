"""From the sockets of a real process into the world: who may connect, and what comes back.

Each connection of the process is one TCP connection of its pod, with packets that agents see and
firewalls judge. Behind the API server's address is the real one of the simulation.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from types import TracebackType

import trustme

from simulation.world.failures import Failure, NameNotFound, NoRoute, Refused
from simulation.world.http import TLS_ALERT
from simulation.world.programs.inside import LOOPBACK
from simulation.world.programs.runtime import Runtime
from simulation.world.tcp import Connection
from simulation.world.udp import Target

TLS_PORTS = (443, 8443)
NOBODY = "nobody.invalid"
_WORDS: dict[type[Failure], bytes] = {
    NameNotFound: b"no-name\n",
    Refused: b"refused\n",
    NoRoute: b"no-route\n",
}


@cache
def _authority() -> trustme.CA:
    """Whoever signs the certificates of hosts outside the cluster."""
    return trustme.CA()


def internet_authority() -> str:
    return _authority().cert_pem.bytes().decode()


class Channels:
    """Listens for one process, for as long as that lives."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Channels:
        self._server = await asyncio.start_server(self._accept, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(_Channel(self._runtime).serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Channel:
    """One connection."""

    def __init__(self, runtime: Runtime) -> None:
        self._endpoint, self._world = runtime.endpoint, runtime.world

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            host, _, port = (await reader.readline()).decode().strip().rpartition(" ")
            await self._connect((host, int(port)), reader, writer)
        except Failure as failure:
            await self._world.clock.until(failure.at)
            writer.write(_word(failure))
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError, ValueError):
            pass  # the process hung up, which is its own affair
        finally:
            writer.close()

    async def _connect(
        self, to: tuple[str, int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        host, port = to
        found = await self._world.resolver.addresses(self._endpoint, host, self._world.clock.now())
        target = Target(found.addresses[0], port)
        async with self._world.tcp.connect(self._endpoint, target, found.at) as connection:
            writer.write(b"open\n")
            gateway = self._world.gateways.get((target.address, port))
            if gateway is not None:
                await self._relay(connection, gateway, reader, writer)
                return
            if port in TLS_PORTS:
                await self._shake_hands(connection, host, writer)
            await self._converse(connection, reader, writer)

    async def _shake_hands(
        self, connection: Connection, host: str, writer: asyncio.StreamWriter
    ) -> None:
        """The server's certificate names the host that was asked for only if it has that name."""
        heard = await connection.request(b"\x16\x03\x01" + host.encode().ljust(514, b"\0"))
        known = heard is not None and heard.tls and not heard.payload.startswith(TLS_ALERT)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        _authority().issue_cert(host if known else NOBODY).configure_cert(context)
        await writer.drain()
        await writer.start_tls(context)

    async def _converse(
        self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Requests without a body, which is all that a download needs."""
        while payload := await reader.readuntil(b"\r\n\r\n"):
            connection.at = max(connection.at, self._world.clock.now())
            heard = await connection.request(payload)
            if heard is None:
                return
            writer.write(heard.payload)
            await writer.drain()
            if b"connection: close" in payload.lower():
                return

    async def _relay(
        self,
        connection: Connection,
        gateway: tuple[str, int],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Bytes both ways; on the simulated wire they are one request and its answer."""
        there, back = await asyncio.open_connection(*gateway)
        await connection.request(b"\x16\x03\x01".ljust(1200, b"\0"))
        try:
            await asyncio.gather(_pump(reader, back), _pump(there, writer))
        finally:
            back.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(65536):
        sink.write(chunk)
        await sink.drain()
    if sink.can_write_eof():
        sink.write_eof()


def _word(failure: Failure) -> bytes:
    words = (word for kind, word in _WORDS.items() if isinstance(failure, kind))
    return next(words, b"timed-out\n")
