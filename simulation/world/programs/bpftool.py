"""bpftool, ip and nsenter, as far as they list what a node's kernel holds.

Source: bpftool v7.5; without privileges it may list nothing. Images without it end with 127.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from simulation.world.kernels import HOST, Kernel
from simulation.world.programs.runtime import Runtime

Run = Callable[[Runtime, tuple[str, ...]], Awaitable[int]]
NOT_FOUND, FAILED, USAGE = 127, 255, 1
WITH_TOOLS = ("cilium/cilium", "bpftool", "support-tools")
INIT = "/proc/1/ns/net"
RUN_NETNS = ("/var/run/netns", "/run/netns")
CUT = "bpftool-answers-cut-off"


def has_tools(runtime: Runtime) -> bool:
    missing = runtime.world.faults.active("bpftool-missing-in-image")
    image = runtime.process.container.image
    return not missing and any(part in image for part in WITH_TOOLS)


async def bpftool(runtime: Runtime, argv: tuple[str, ...]) -> int:
    if not has_tools(runtime):
        runtime.process.write(f"sh: {argv[0]}: command not found\n")
        return NOT_FOUND
    words = [word for word in argv[1:] if not word.startswith("-")]
    if words[:1] == ["version"]:
        _write(runtime, {"version": "7.5.0", "libbpf_version": "1.5", "features": {}})
        return 0
    kernel = _kernel(runtime)
    if kernel is None:
        _write(runtime, {"error": "can't get next object: Operation not permitted"})
        return FAILED
    if words[:1] == ["net"]:
        _write(runtime, kernel.net(runtime.process.netns))
        return 0
    lists = {"prog": kernel.programs, "map": kernel.maps, "link": kernel.links}
    lists["perf"] = kernel.perf
    if not words or words[0] not in lists:
        _write(runtime, {"error": f"can't understand {' '.join(words) or 'nothing'}"})
        return FAILED
    _write(runtime, lists[words[0]]())
    return 0


async def ip(runtime: Runtime, argv: tuple[str, ...]) -> int:
    kernel = _kernel(runtime)
    if not has_tools(runtime) or kernel is None or "link" not in argv:
        return USAGE
    _write(runtime, kernel.interfaces(runtime.process.netns))
    return 0


async def nsenter(runtime: Runtime, argv: tuple[str, ...], run: Run) -> int:
    """`--net=FILE COMMAND`; a namespace that is gone is an error of nsenter's own."""
    path = argv[1].removeprefix("--net=") if len(argv) > 2 else ""
    kernel = _kernel(runtime)
    space = namespace_at(runtime, path)
    if kernel is None or space is None or space not in (HOST, *kernel.namespaces()):
        return USAGE
    runtime.process.netns = space
    try:
        return await run(runtime, argv[2:])
    finally:
        runtime.process.netns = HOST


def namespace_at(runtime: Runtime, path: str) -> str | None:
    """The namespace that a file stands for, where the host's folder of them is mounted."""
    if path == INIT:
        return HOST
    folder, _, name = path.rpartition("/")
    mounted = runtime.process.container.host_paths.get(folder)
    return name if mounted in RUN_NETNS else None


def globbed(runtime: Runtime, word: str) -> list[str]:
    """A word with a star, as the shell expands it: itself where nothing matches."""
    folder = word.removesuffix("/*")
    mounted = runtime.process.container.host_paths.get(folder)
    kernel = _kernel(runtime)
    if folder == word or mounted not in RUN_NETNS or kernel is None:
        return [word]
    return [f"{folder}/{name}" for name in kernel.namespaces()] or [word]


def _kernel(runtime: Runtime) -> Kernel | None:
    if not runtime.process.container.privileged:
        return None
    return runtime.world.kernels.of(runtime.endpoint.node)


def _write(runtime: Runtime, value: Any) -> None:
    text = json.dumps(value, separators=(",", ":"))
    if runtime.world.faults.active(CUT) and len(text) > 1000:
        text = text[: len(text) // 2]
    runtime.process.write(text + "\n")
