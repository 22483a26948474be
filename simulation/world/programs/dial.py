"""netexec's `/dial`: the server itself asks another server, and tells what it heard.

Source: kubernetes test/images/agnhost/netexec. The answer is made up at once from what the other
server would say; the conversation of its packets takes place beside it.
"""

from __future__ import annotations

import asyncio
import json

from simulation.world.failures import Failure
from simulation.world.http import Reply, Request, read_reply
from simulation.world.packet import TCP
from simulation.world.programs.runtime import Runtime
from simulation.world.sockets import Peer
from simulation.world.udp import Target

PATIENCE = 5.0
_UNDER_WAY: set[asyncio.Task[None]] = set()


def dial(runtime: Runtime, request: Request, at: float) -> Reply:
    """HTTP only, and one try: what probes ask for."""
    target = Target(request.first("host"), int(request.first("port", "8080")))
    asked = f"GET /{request.first('request')} HTTP/1.1\r\nHost: {target.address}\r\n\r\n".encode()
    task = asyncio.get_running_loop().create_task(_converse(runtime, target, asked, at))
    _UNDER_WAY.add(task)
    task.add_done_callback(_UNDER_WAY.discard)
    said = _said(runtime, target, asked, at)
    told = {"errors": ["dial timed out"]} if said is None else {"responses": [said]}
    return Reply(200, json.dumps(told, separators=(",", ":")).encode())


def _said(runtime: Runtime, target: Target, asked: bytes, at: float) -> str | None:
    server = runtime.world.sockets.at(target.address, TCP, target.port)
    answer = server(asked, Peer(runtime.endpoint.addresses[0], 0, at)) if server else None
    read = read_reply(answer.payload) if answer else None
    return read[0].body.decode() if read else None


async def _converse(runtime: Runtime, target: Target, asked: bytes, at: float) -> None:
    try:
        connect = runtime.world.tcp.connect(runtime.endpoint, target, at, PATIENCE)
        async with connect as connection:
            await connection.request(asked, PATIENCE)
    except Failure:
        return
