"""`coredns -conf FILE`: name servers for every port that the Corefile names."""

from __future__ import annotations

from itertools import groupby, pairwise

from simulation.world.dns.corefile import BadCorefile, parse
from simulation.world.dns.server import NameServer
from simulation.world.packet import TCP, UDP
from simulation.world.programs.runtime import Runtime
from simulation.world.programs.shell import idle

START_UP = 0.3


async def main(runtime: Runtime, argv: tuple[str, ...]) -> int:
    options = dict(pairwise(argv))
    path = options.get("-conf", "Corefile")
    text = runtime.files.get(path)
    if text is None:
        runtime.process.write(f"open {path}: no such file or directory\n")
        return 1
    try:
        blocks = parse(text, int(options.get("-dns.port", "53")))
    except BadCorefile as problem:
        runtime.process.write(f"{path}:1 - Error during parsing: {problem}\n")
        return 1
    await runtime.process.pass_time(START_UP)
    world = runtime.world
    for port, group in groupby(sorted(blocks, key=lambda b: b.port), key=lambda b: b.port):
        served = list(group)
        server = NameServer(served, world.inside, world.outside, world.faults)
        runtime.listen(UDP, port, server.over_udp)
        runtime.listen(TCP, port, server.over_tcp)
        for zone in (zone for block in served for zone in block.zones):
            runtime.process.write(f"{zone}.:{port}\n")
    runtime.process.write("CoreDNS-1.11.3\nlinux/amd64, go1.22.7\n")
    return await idle(runtime, argv)
