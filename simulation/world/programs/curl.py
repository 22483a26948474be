"""`curl`: HTTP by hand, with curl's exit codes, messages and --write-out. Source: curl(1) 8.x."""

from __future__ import annotations

from functools import partial
from urllib.parse import SplitResult, urlsplit

from simulation.world.failures import Failure, NameNotFound, NoRoute, Refused
from simulation.world.http import TLS_ALERT, read_reply
from simulation.world.programs.curl_kept import Kept, pace
from simulation.world.programs.curl_options import BadOption, Options, parse, repetitions
from simulation.world.programs.curl_report import Report
from simulation.world.programs.runtime import Runtime
from simulation.world.tcp import GIVE_UP, Connection
from simulation.world.udp import Target

START_UP, TLS_HANDSHAKE = 0.01, 0.003
MOST_REDIRECTS = 5


async def main(runtime: Runtime, argv: tuple[str, ...]) -> int:
    try:
        options = parse(argv[1:])
    except BadOption as problem:
        runtime.process.write(f"curl: {problem}\ncurl: try 'curl --help' for more information\n")
        return 2
    if not options.urls:
        runtime.process.write("curl: (2) no URL specified\n")
        return 2
    await runtime.process.pass_time(START_UP)
    code, since = 0, runtime.process.at
    async with Kept(options) as kept:
        for number, url in enumerate(options.urls):
            if number:
                await pace(runtime, options, since)
            since = runtime.process.at
            code = await Transfer(runtime, options, kept).get(url)
    return code


class Ended(Exception):
    """A transfer that failed, as curl numbers and says it."""

    def __init__(self, code: int, message: str, at: float) -> None:
        super().__init__(message)
        self.code, self.message, self.at = code, message, at


class Transfer:
    """One URL."""

    def __init__(self, runtime: Runtime, options: Options, kept: Kept) -> None:
        self._runtime = runtime
        self._options = options
        self._kept = kept
        self._started = runtime.process.at
        self.report = Report(started=self._started)

    async def get(self, url: str) -> int:
        try:
            await self._follow(url)
        except Ended as end:
            self.report.exit_code, self.report.message = end.code, end.message
            self._runtime.process.at = max(self._runtime.process.at, end.at)
        process = self._runtime.process
        await self._runtime.world.clock.until(process.at)
        self.report.ended = process.at
        count = repetitions(urlsplit(url).query) if self.report.connected else 1
        process.write(self.report.printed(self._options) * count)
        return self.report.exit_code

    async def _follow(self, url: str) -> None:
        for _ in range(MOST_REDIRECTS):
            await self._once(url)
            target = self.report.headers.get("location")
            if "location" not in self._options.switches or not target:
                return
            url = target if "://" in target else _joined(url, target)

    async def _once(self, url: str) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https"):
            raise Ended(1, f'Protocol "{parts.scheme}" not supported', self._started)
        self.report.url, self.report.scheme = url, parts.scheme
        self.report.method = self._options.method
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = parts.hostname or ""
        addresses, at = await self._addresses(host, port)
        self.report.name_known = at
        await self._try(addresses, port, parts, at)

    async def _addresses(self, host: str, port: int) -> tuple[tuple[str, ...], float]:
        at = self._runtime.process.at
        pinned = self._options.resolved(host, port)
        if pinned is None:
            try:
                resolver = self._runtime.world.resolver
                found = await resolver.addresses(self._runtime.endpoint, host, at)
            except NameNotFound as failure:
                raise Ended(6, f"Could not resolve host: {host}", failure.at) from None
            pinned, at = found.addresses, found.at
        chosen = tuple(address for address in pinned if self._wanted(address))
        if not chosen:
            raise Ended(6, f"Could not resolve host: {host}", at)
        return chosen, at

    def _wanted(self, address: str) -> bool:
        switches = self._options.switches
        is_v6 = ":" in address
        return not (("ipv4" in switches and is_v6) or ("ipv6" in switches and not is_v6))

    async def _try(
        self, addresses: tuple[str, ...], port: int, parts: SplitResult, at: float
    ) -> None:
        """One address after the other, as long as the time lasts."""
        host = parts.hostname or ""
        for place, address in enumerate(addresses):
            patience, limit = self._patience(at)
            share = patience / 2 if place + 1 < len(addresses) else patience
            try:
                connect = self._runtime.world.tcp.connect
                target = Target(address, port, int(self._options.value("local-port") or 0))
                opening = partial(connect, self._runtime.endpoint, target, at, share)
                async with self._kept.connection((address, port), opening) as (connection, known):
                    connection.at, self.report.reused = max(connection.at, at), known
                    await self._talk(connection, parts, (address, port))
                self._runtime.process.at = max(self._runtime.process.at, connection.at)
                return
            except Failure as failure:
                at = failure.at
                end = self._failed(failure, (host, port), limit)
        raise end

    def _patience(self, at: float) -> tuple[float, str]:
        """Seconds until curl gives up, and which of its limits that is."""
        left = [(GIVE_UP, "kernel")]
        for name in ("connect-timeout", "max-time"):
            limit = self._options.seconds(name)
            if limit:
                since = self._started if name == "max-time" else self.report.name_known
                left.append((max(0.0, since + limit - at), name))
        return min(left)

    def _failed(self, failure: Failure, to: tuple[str, int], limit: str) -> Ended:
        spent = max(0, round((failure.at - self._started) * 1000))
        if self.report.connected:
            said = f"Operation timed out after {spent} milliseconds with 0 bytes received"
            return Ended(28, said, failure.at)
        where = f"Failed to connect to {to[0]} port {to[1]} after {spent} ms: "
        if isinstance(failure, Refused):
            return Ended(7, where + "Could not connect to server", failure.at)
        if isinstance(failure, NoRoute):
            return Ended(7, where + "Network is unreachable", failure.at)
        if limit == "kernel":
            return Ended(28, where + "Timeout was reached", failure.at)
        return Ended(28, f"Connection timed out after {spent} milliseconds", failure.at)

    async def _talk(
        self, connection: Connection, parts: SplitResult, remote: tuple[str, int]
    ) -> None:
        report = self.report
        report.connected, report.remote, report.local = connection.at, remote, connection.local
        if parts.scheme == "https" and not report.reused:
            await self._shake_hands(connection, parts)
        more = repetitions(parts.query)
        payload = self._request(parts)
        report.sent_body = len(self._options.data or "")
        limit = self._options.seconds("max-time")
        left = GIVE_UP if limit is None else max(0.0, self._started + limit - connection.at)
        heard = await connection.request(payload, left)
        for _ in range(1, more):
            heard = heard and await connection.request(payload, left)
        if heard is None:
            raise Ended(52, "Empty reply from server", connection.at)
        self._runtime.process.at = heard.at
        report.first_byte = heard.at
        reply = read_reply(heard.payload)
        if reply is None:
            raise Ended(1, "Received HTTP/0.9 when not allowed", heard.at)
        report.take(*reply)
        if "fail" in self._options.switches and report.status >= 400:
            said = f"The requested URL returned error: {report.status}"
            report.body = b""
            raise Ended(22, said, heard.at)

    async def _shake_hands(self, connection: Connection, parts: SplitResult) -> None:
        """A ClientHello; a server without TLS answers in plain text, which is error 35."""
        hello = b"\x16\x03\x01" + (parts.hostname or "").encode().ljust(514, b"\0")
        heard = await connection.request(hello)
        if heard is None or not heard.tls:
            said = "TLS connect error: error:0A00010B:SSL routines::wrong version number"
            raise Ended(35, said, connection.at)
        connection.at += TLS_HANDSHAKE
        if heard.payload.startswith(TLS_ALERT) and "insecure" not in self._options.switches:
            said = "SSL: no alternative certificate subject name matches target host name"
            raise Ended(60, f"{said} '{parts.hostname}'", connection.at)

    def _request(self, parts: SplitResult) -> bytes:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {
            "Host": parts.netloc.rsplit("@", 1)[-1],
            "User-Agent": self._options.value("user-agent") or "curl/8.14.1",
            "Accept": "*/*",
        }
        data = self._options.data
        if data is not None:
            headers["Content-Length"] = str(len(data))
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for line in self._options.values.get("header", []):
            name, _, value = line.partition(":")
            headers[name] = value.strip()
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self._options.method} {path} HTTP/1.1\r\n{head}\r\n{data or ''}".encode()


def _joined(url: str, path: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{path}"
