"""A port-forward over a WebSocket: bytes carried to where a pod listens, and back.

Source: kubernetes staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go: two
channels a port, of data and of errors, each of which first says the port, low byte first.
"""

from __future__ import annotations

import asyncio

from aiohttp import WSMsgType, web

from simulation.apiserver.calls import Call, Response
from simulation.apiserver.errors import bad_request
from simulation.apiserver.objects import dig

PROTOCOL = "v4.channel.k8s.io"
DATA, ERROR = b"\x00", b"\x01"
CHUNK = 65536


async def forward(call: Call) -> Response:
    if call.request.headers.get("Upgrade", "").lower() != "websocket":
        raise bad_request("Upgrade request required")
    ports = call.option("ports")
    if not ports.isdigit():
        raise bad_request(f'query parameter "ports" is not one port: {ports!r}')
    name = call.route.name
    pod = call.store.peek(call.resource, call.namespace, name)
    if dig(pod, "status", "phase") != "Running":
        raise bad_request(f'unable to forward port because pod is not running: "{name}"')
    leads = [await lead(pod, int(ports)) for lead in call.store.proxy.leads]
    found = next((address for address in leads if address), None)
    tunnel = web.WebSocketResponse(protocols=(PROTOCOL,))
    await tunnel.prepare(call.request)
    number = int(ports).to_bytes(2, "little")
    await tunnel.send_bytes(DATA + number)
    await tunnel.send_bytes(ERROR + number)
    if found is None:
        said = f"failed to connect to localhost:{ports} inside the pod: connection refused"
        await tunnel.send_bytes(ERROR + said.encode())
    else:
        await _carry(tunnel, *await asyncio.open_connection(*found))
    await tunnel.close()
    return tunnel


async def _carry(
    tunnel: web.WebSocketResponse, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    async def out() -> None:
        async for message in tunnel:
            if message.type is WSMsgType.BINARY and message.data[:1] == DATA:
                writer.write(message.data[1:])
                await writer.drain()

    async def back() -> None:
        while data := await reader.read(CHUNK):
            await tunnel.send_bytes(DATA + data)

    ways = [asyncio.ensure_future(each()) for each in (out, back)]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        writer.close()
