"""Words of nodes' kernels for tests: recorded ones, and those of a simulated node."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kit.kernel import HOST, Kernel, Told, kernel
from simulation.agent import AgentConfig
from simulation.faults import Faults
from simulation.kernel.loaded import Load, Loaded
from simulation.kernel.node import NodeKernel
from simulation.world import Endpoint

DATA = Path(__file__).parent / "data" / "ebpf"
"""bpftool's answers about agent 1.12.0 with DNSTracking alone, cacheMaxFlows 120000, sampling 50;
Linux 6.18 on 2 CPUs without kprobes, a bpftool that knows no TCX. Recorded 2026-11-22."""
LOADED_AT = 1795391457.0
POD = Endpoint("demo", "web-1", "10.128.0.5", "node-a", uid="web")
Space = tuple[Any, Any]
"""Hooks and interfaces of one network namespace."""
SECTIONS = {"programs": "prog", "maps": "map", "links": "link"}


def recorded(part: str) -> str:
    return (DATA / f"{part}-list.json").read_text()


def interface(name: str, state: str = "UP", kind: str = "ether") -> dict[str, Any]:
    mac = "0a:58:0a:80:00:05"
    return {"ifname": name, "operstate": state, "link_type": kind, "address": mac}


def words(
    parts: dict[str, Any],
    spaces: dict[str, Space],
    begun: float = 0.0,
    before: dict[str, Space] | None = None,
    links_again: Any = None,
) -> Told:
    """What the script of manifests/footprint prints; without the last two nothing changes."""
    lines = ['{"version":"7.5.0"}']
    lines += [f"== before {name}\n{_text(each[1])}" for name, each in (before or spaces).items()]
    lines += [f"== {part}\n{_text(rows)}" for part, rows in parts.items()]
    for name, (net, interfaces) in spaces.items():
        lines += [f"== hooks {name}\n{_text(net)}", f"== after {name}\n{_text(interfaces)}"]
    lines += [f"== links again\n{_text(links_again or parts['links'])}", "== end"]
    return Told("node-a", "\n".join(lines), begun)


def recorded_told(begun: float = LOADED_AT - 5, **changed: Any) -> Told:
    parts: dict[str, Any] = {part: recorded(file) for part, file in SECTIONS.items()}
    host = (recorded("net"), [interface("lo", "UNKNOWN", "loopback"), interface("eth0")])
    return words(parts | {"perf": "[]"} | changed, {HOST: host}, begun)


def simulated(
    config: AgentConfig, *faults: str, cpus: int = 2, pods: Sequence[Endpoint] = (POD,)
) -> NodeKernel:
    load = Load(config, LOADED_AT, 1, cpus, 4711, last=True)
    known = Faults(faults)
    return NodeKernel(Loaded(load, known), (), list(pods), known, {})


def simulated_kernel(config: AgentConfig, *faults: str) -> Kernel:
    """As the suite reads a simulated node."""
    node = simulated(config, *faults)
    parts = {"programs": node.programs(), "maps": node.maps(), "links": node.links()}
    return kernel(words(parts | {"perf": node.perf()}, _spaces(node), LOADED_AT - 5))


def meanwhile(*moments: NodeKernel) -> Told:
    """The words about a node that was another when each of four lists was read.

    They are interfaces, links, hooks (with interfaces once more) and links once more.
    """
    before, links, hooks, again = moments
    parts = {"programs": links.programs(), "maps": links.maps(), "links": links.links()}
    parts["perf"] = links.perf()
    return words(parts, _spaces(hooks), LOADED_AT - 5, _spaces(before), again.links())


def _spaces(node: NodeKernel) -> dict[str, Space]:
    names = {HOST: "", **{f"/host/netns/{name}": name for name in node.namespaces()}}
    return {path: (node.net(name), node.interfaces(name)) for path, name in names.items()}


def _text(rows: Any) -> str:
    return rows if isinstance(rows, str) else json.dumps(rows)
