"""`agnhost`: the servers and the connector of the Kubernetes end-to-end tests.

Source: kubernetes 1.36, test/images/agnhost (netexec, connect, pause, serve-hostname,
test-webserver).
"""

from __future__ import annotations

import re
from mimetypes import guess_type

from simulation.world.dns.server import seconds
from simulation.world.failures import Failure, NameNotFound, NoRoute, Refused, TimedOut
from simulation.world.http import Reply, Request, read_request, write_reply
from simulation.world.packet import PROTOCOLS, SCTP, TCP, UDP
from simulation.world.programs.dial import dial
from simulation.world.programs.runtime import Runtime
from simulation.world.programs.shell import idle
from simulation.world.sockets import Answer, Peer
from simulation.world.udp import Target

START_UP = 0.2
LIST_SERVER_FAULT = "list-server-dead"


async def main(runtime: Runtime, argv: tuple[str, ...]) -> int:
    known = {
        "netexec": netexec,
        "connect": connect,
        "pause": idle,
        "serve-hostname": hostname,
        "test-webserver": files,
    }
    command = argv[1] if len(argv) > 1 else ""
    if command not in known:
        runtime.process.write(f'Error: unknown command "{command}" for "app"\n')
        return 1
    return await known[command](runtime, argv[2:])


def _options(args: tuple[str, ...]) -> dict[str, str]:
    pairs = (word[2:].partition("=") for word in args if word.startswith("--"))
    return {name: value or "true" for name, _, value in pairs}


async def netexec(runtime: Runtime, args: tuple[str, ...]) -> int:
    options = _options(args)
    await runtime.process.pass_time(START_UP)
    server = NetExec(runtime)
    runtime.listen(TCP, int(options.get("http-port", "8080")), server.http)
    runtime.listen(UDP, int(options.get("udp-port", "8081")), server.udp)
    if int(options.get("sctp-port", "-1")) > 0:
        runtime.listen(SCTP, int(options["sctp-port"]), server.udp)
    port = options.get("http-port", "8080")
    runtime.process.write(f"Started HTTP server on port {port}\n")
    return await idle(runtime, args)


async def hostname(runtime: Runtime, args: tuple[str, ...]) -> int:
    options = _options(args)
    runtime.listen(TCP, int(options.get("port", "9376")), NetExec(runtime).name_only)
    return await idle(runtime, args)


async def files(runtime: Runtime, args: tuple[str, ...]) -> int:
    """Any file of the container, by its path."""

    def serve(payload: bytes, peer: Peer) -> Answer | None:
        request = read_request(payload)
        text = runtime.files.get(request.path) if request else None
        if request is None or text is None or runtime.world.faults.active(LIST_SERVER_FAULT):
            return Answer(write_reply(Reply(404, b"404 page not found\n"), peer.at), 100e-6)
        headers = {"Content-Type": guess_type(request.path)[0] or "text/plain; charset=utf-8"}
        reply = Reply(200, text.encode(), headers)
        return Answer(write_reply(reply, peer.at, request.method), 200e-6)

    await runtime.process.pass_time(START_UP)
    runtime.listen(TCP, int(_options(args).get("port", "80")), serve)
    return await idle(runtime, args)


class NetExec:
    """The endpoints of `netexec` that only look at the request."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def http(self, payload: bytes, peer: Peer) -> Answer | None:
        request = read_request(payload)
        if request is None:
            return Answer(write_reply(Reply(400, b"400 Bad Request"), peer.at), 100e-6)
        reply = self._reply(request, peer)
        thought = seconds(request.first("timeout", "0s")) if request.path == "/exit" else 100e-6
        return Answer(write_reply(reply, peer.at, request.method), thought)

    def name_only(self, payload: bytes, peer: Peer) -> Answer | None:
        del payload
        return Answer(write_reply(Reply(200, self._name().encode()), peer.at), 100e-6)

    def udp(self, payload: bytes, peer: Peer) -> Answer | None:
        word, _, rest = payload.decode("latin-1").strip().partition(" ")
        texts = {"echo": rest, "hostname": self._name(), "clientip": str(peer)}
        text = texts.get(word.lower())
        return None if not text else Answer((text.encode(),), 80e-6)

    def _reply(self, request: Request, peer: Peer) -> Reply:
        texts = {
            "/": f"NOW: {self._runtime.world.clock.stamp(peer.at)}",
            "/clientip": str(peer),
            "/hostname": self._name(),
            "/hostName": self._name(),
            "/echo": request.first("msg"),
            "/healthz": "",
            "/header": request.headers.get(request.first("key").lower(), ""),
        }
        if request.path == "/redirect":
            code = int(request.first("code", "302"))
            return Reply(code, b"", {"Location": request.first("location", "/")})
        if request.path == "/dial":
            return dial(self._runtime, request, peer.at)
        if request.path not in texts:
            return Reply(404, b"404 page not found\n")
        wanted = request.first("code", "200") if request.path == "/echo" else "200"
        return Reply(int(wanted), texts[request.path].encode())

    def _name(self) -> str:
        endpoint = self._runtime.endpoint
        return endpoint.node if endpoint.host_network else endpoint.name


async def connect(runtime: Runtime, args: tuple[str, ...]) -> int:
    """One connection; what went wrong is said in one word, and the exit code is 1."""
    options = _options(args)
    places = [word for word in args if not word.startswith("--")]
    match = re.fullmatch(r"\[?([^\[\]]+?)\]?:(\d+)", places[0]) if places else None
    protocol = PROTOCOLS.get(options.get("protocol", "tcp").upper())
    if match is None or protocol is None:
        runtime.process.write("OTHER: invalid arguments\n")
        return 1
    try:
        await _connect(runtime, Target(match[1], int(match[2])), protocol, options)
    except Failure as failure:
        runtime.process.at = failure.at
        await runtime.world.clock.until(failure.at)
        runtime.process.write(_word(failure, match[1], match[2]) + "\n")
        return 1
    return 0


async def _connect(
    runtime: Runtime, target: Target, protocol: int, options: dict[str, str]
) -> None:
    patience = seconds(options.get("timeout", "0s")) or 127.0
    process, world, me = runtime.process, runtime.world, runtime.endpoint
    found = await world.resolver.addresses(me, target.address, process.at)
    to = Target(found.addresses[0], target.port)
    if protocol == TCP:
        async with world.tcp.connect(me, to, found.at, patience) as connection:
            process.at = connection.at
        return
    data = options.get("udp-data", "hostname").encode()
    datagrams = world.sctp if protocol == SCTP else world.udp
    heard = await datagrams.ask(me, to, data, found.at, patience)
    process.at = heard.at


def _word(failure: Failure, host: str, port: str) -> str:
    if isinstance(failure, TimedOut):
        return "TIMEOUT"
    if isinstance(failure, Refused):
        return "REFUSED"
    if isinstance(failure, NameNotFound):
        return f"DNS: lookup {host}: no such host"
    if isinstance(failure, NoRoute):
        return f"OTHER: dial tcp {host}:{port}: connect: network is unreachable"
    return f"OTHER: {failure}"
