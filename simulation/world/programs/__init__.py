"""The programs that containers run, by name; whatever is not here exits with 127."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.world.programs import agnhost, bpftool, coredns, curl, dig, python, shell
from simulation.world.programs.runtime import Program, Runtime

NOT_FOUND, KILLED = 127, 137
KILLED_FAULT, PROBES = "probe-killed", ("curl", "dig", "connect")

_PROGRAMS: dict[str, Program] = {
    "agnhost": agnhost.main,
    "bpftool": bpftool.bpftool,
    "coredns": coredns.main,
    "curl": curl.main,
    "dig": dig.main,
    "ip": bpftool.ip,
    "python3": python.main,
    **shell.BUILTINS,
}

_IDLE = (
    "flowlogs-pipeline",
    "netobserv-ebpf-agent",
    "netobserv-plugin-backend",
    "loki",
    "pause",
    "plugin-backend",
)
_PROGRAMS |= dict.fromkeys(_IDLE, shell.idle)


def register(name: str, program: Program) -> None:
    """Make another program known to every container."""
    _PROGRAMS[name] = program


async def run(runtime: Runtime, argv: Sequence[str]) -> int:
    """One command line to its exit code."""
    if not argv:
        return await shell.idle(runtime, ())
    name = argv[0].rsplit("/", 1)[-1]
    if name in ("sh", "bash", "ash"):
        return await shell.script(runtime, tuple(argv), run)
    if name == "nsenter":
        return await bpftool.nsenter(runtime, tuple(argv), run)
    if runtime.world.faults.active(KILLED_FAULT) and {name, *argv[1:2]} & {*PROBES}:
        return KILLED
    program = _PROGRAMS.get(name)
    if program is None:
        runtime.process.write(f"sh: {argv[0]}: command not found\n")
        return NOT_FOUND
    return await program(runtime, tuple(argv))
