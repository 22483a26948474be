"""`dig`: one DNS question by hand, printed and numbered as dig does. Source: dig(1), BIND 9.18.

Exit codes: 0 for any answer, 9 for none, 10 for an unknown server name, 1 for bad usage.
"""

from __future__ import annotations

from simulation.world.dns.message import (
    AUTHENTIC,
    RECURSION_DESIRED,
    Message,
    unpacked,
)
from simulation.world.failures import Failure, NameNotFound, Refused
from simulation.world.programs.dig_options import BadUsage, Question, parse
from simulation.world.programs.dig_report import Heading, printed
from simulation.world.programs.runtime import Runtime
from simulation.world.udp import Heard, Target

START_UP = 0.01


async def main(runtime: Runtime, argv: tuple[str, ...]) -> int:
    process, world = runtime.process, runtime.world
    try:
        question = parse(argv[1:])
    except BadUsage as problem:
        process.write(f"{problem}\nUsage:  dig [@global-server] [domain] [q-type] [q-opt]\n")
        return 1
    await process.pass_time(START_UP)
    server = question.server or world.resolver.server
    try:
        found = await world.resolver.addresses(runtime.endpoint, server, process.at)
    except NameNotFound as failure:
        process.at = failure.at
        process.write(f"dig: couldn't get address for '{server}': not found\n")
        return 10
    process.at = found.at
    return await _ask(runtime, question, Target(found.addresses[0], question.port))


async def _ask(runtime: Runtime, question: Question, server: Target) -> int:
    process = runtime.process
    message = _message(runtime, question)
    for _ in range(question.tries):
        try:
            began = process.at
            heard = await _exchange(runtime, question, server, message)
        except Failure as failure:
            process.at = failure.at
            why = "connection refused" if isinstance(failure, Refused) else "timed out"
            process.write(f";; communications error to {server.address}#{server.port}: {why}\n")
            continue
        process.at = heard.at
        reply = unpacked(heard.payload)
        if reply is not None:
            stamp = runtime.world.clock.stamp(heard.at)
            heading = Heading(server, len(heard.payload), heard.at - began, stamp)
            process.write(printed(question, reply, heading))
            return 0
    process.write(";; no servers could be reached\n")
    return 9


def _message(runtime: Runtime, question: Question) -> Message:
    number = question.id
    if number is None:
        number = runtime.world.resolver.rng.randrange(1, 65536)
    flags = (RECURSION_DESIRED if question.recurse else 0) | AUTHENTIC
    edns = 1232 if question.edns else 0
    cookie = question.edns and question.cookie
    return Message(number, flags, question.name, question.type, (), edns, cookie)


async def _exchange(
    runtime: Runtime, question: Question, server: Target, message: Message
) -> Heard:
    world, me, at = runtime.world, runtime.endpoint, runtime.process.at
    payload = message.packed()
    if not question.tcp:
        return await world.udp.ask(me, server, payload, at, question.patience)
    framed = len(payload).to_bytes(2, "big") + payload
    async with world.tcp.connect(me, server, at, question.patience) as connection:
        heard = await connection.request(framed, question.patience)
    if heard is None:
        raise Refused(connection.at)
    return Heard(heard.payload[2:], heard.at)
