"""One node's kernel as bpftool and ip tell it: programs, maps, links, hooks, interfaces."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.kernel import Hook
from simulation.faults import Faults
from simulation.kernel.loaded import Loaded
from simulation.world.kernels import HOST
from simulation.world.nouns import Endpoint
from simulation.world.places import interface_of

Json = dict[str, Any]
OWN = (
    ("lo", "UNKNOWN"),
    ("enp1s0", "UP"),
    ("ovs-system", "DOWN"),
    ("br-int", "DOWN"),
    ("br-ex", "UNKNOWN"),
    ("genev_sys_6081", "UNKNOWN"),
    ("ovn-k8s-mp0", "UNKNOWN"),
)
"""A node's own interfaces under OVN-Kubernetes with their operstates; veth pairs come on top."""
WAYS = ("ingress", "egress")
FIRST_LINK, LINKS_OF_INTERFACES = 150, 1 << 30


@dataclass(frozen=True)
class Interface:
    """`index` is unique on the node, as real ones are within their namespace."""

    namespace: str
    name: str
    state: str
    index: int


class NodeKernel:
    """`loads` has the running agent's objects first; `left` are those of agents that are gone."""

    def __init__(
        self,
        running: Loaded | None,
        left: tuple[Loaded, ...],
        pods: list[Endpoint],
        faults: Faults,
        held: Mapping[str, int],
    ) -> None:
        self._running, self._left, self._faults = running, left, faults
        self._held = dict(held)
        self._interfaces = list(_interfaces(pods))

    def namespaces(self) -> list[str]:
        """The names under /var/run/netns: those of pods, never the host's own."""
        return sorted({one.namespace for one in self._interfaces} - {HOST})

    def programs(self) -> list[Json]:
        return [row for each in self._loads() for row in each.programs()]

    def maps(self) -> list[Json]:
        return [row for each in self._loads() for row in each.maps(self._held)]

    def links(self) -> list[Json]:
        if self._running is None:
            return []
        hooks = enumerate(self._running.hooks(), FIRST_LINK)
        rows = [self._tcx_row(*each) for each in self._tcx()]
        rows += [{"id": number, **self._hook_row(*each)} for number, each in hooks]
        return [self._aged(row) | self._running.pids() for row in rows]

    def perf(self) -> list[Json]:
        hooks = self._running.hooks() if self._running else ()
        return [
            {"pid": 4711, "fd": 20, "prog_id": program, "fd_type": hook.kind, **_where(hook)}
            for program, hook in hooks
            if hook.kind != "fentry"
        ]

    def net(self, namespace: str) -> list[Json]:
        old = self._faults.active("bpftool-of-before-tcx")
        hooks = [] if old else self._net_hooks(namespace)
        return [{"xdp": [], "tc": hooks, "flow_dissector": [], "netfilter": []}]

    def interfaces(self, namespace: str) -> list[Json]:
        return [_told(one) for one in self._interfaces if one.namespace == namespace]

    def _loads(self) -> tuple[Loaded, ...]:
        return (*self._left, *([self._running] if self._running else []))

    def _net_hooks(self, namespace: str) -> list[Json]:
        return [
            {
                "devname": one.name,
                "ifindex": one.index,
                "kind": f"tcx/{way}",
                "name": f"tcx_{way}_flow_parse",
                "prog_id": program,
                "prog_flags": [],
                "link_id": _link_id(one, way),
                "link_flags": [],
            }
            for one, way, program in self._tcx()
            if one.namespace == namespace
        ]

    def _tcx(self) -> list[tuple[Interface, str, int]]:
        """Each interface that the agent watches, both ways."""
        agent = self._running
        if agent is None:
            return []
        return [
            (one, way, agent.program_id(f"tcx_{way}_flow_parse"))
            for one in self._interfaces
            if self._is_watched(one, agent)
            for way in WAYS
            if not self._is_missing(one, way, agent)
        ]

    def _is_watched(self, one: Interface, agent: Loaded) -> bool:
        config = agent.load.config
        if one.namespace != HOST:
            everywhere = self._faults.active("hooks-in-pods-without-privileges")
            return one.name != "lo" and (config.privileged or everywhere)
        if self._faults.active("hooks-on-excluded-interfaces"):
            return True
        return config.watches(one.name)

    def _is_missing(self, one: Interface, way: str, agent: Loaded) -> bool:
        if not agent.load.last or one.name != "enp1s0":
            return False
        if self._faults.active("hooks-missing-on-one-interface"):
            return True
        return way == "ingress" and self._faults.active("hook-missing-one-way")

    def _tcx_row(self, one: Interface, way: str, program: int) -> Json:
        place = {"devname": one.name if one.namespace == HOST else "(unknown)"}
        kind = {"id": _link_id(one, way), "type": "tcx", "prog_id": program}
        return {**kind, **place, "ifindex": one.index, "attach_type": f"tcx_{way}"}

    def _hook_row(self, program: int, hook: Hook) -> Json:
        if hook.kind == "fentry":
            told = {"prog_type": "tracing", "attach_type": "trace_fentry", "target_obj_id": 1}
            return {"type": "tracing", "prog_id": program, **told, "target_btf_id": 72061}
        row: Json = {"type": "perf_event", "prog_id": program}
        if hook.kind == "tracepoint":
            return row | {"tracepoint": hook.at, "cookie": 0}
        row |= {"retprobe": hook.kind == "kretprobe", "addr": 0, "func": hook.at, "offset": 0}
        return row | {"missed": 0, "cookie": 0}

    def _aged(self, row: Json) -> Json:
        """An old bpftool knows neither the name of the type nor what belongs to it."""
        if row["type"] != "tcx" or not self._faults.active("bpftool-of-before-tcx"):
            return row
        return {"id": row["id"], "type": 11, "prog_id": row["prog_id"]}


def _interfaces(pods: list[Endpoint]) -> Iterator[Interface]:
    for index, (name, state) in enumerate(OWN, 1):
        yield Interface(HOST, name, state, index)
    for index, pod in enumerate(pods, len(OWN) + 1):
        space = hashlib.sha256(f"netns {pod.id}".encode()).hexdigest()[:32]
        yield Interface(HOST, interface_of(pod), "UP", index)
        yield Interface(space, "lo", "UNKNOWN", 1)
        yield Interface(space, "eth0", "UP", 2)
        if pod.network:
            yield Interface(space, "ovn-udn1", "UP", 3)


def _link_id(one: Interface, way: str) -> int:
    """The same for as long as the interface is there; real ones are counted up."""
    digest = hashlib.sha256(f"link {one.namespace} {one.name} {way}".encode()).digest()
    return int.from_bytes(digest[:4]) >> 1 | LINKS_OF_INTERFACES


def _told(one: Interface) -> Json:
    loops = one.name == "lo"
    digest = hashlib.sha256(f"{one.namespace} {one.name}".encode()).digest()
    mac = ":".join(f"{byte:02x}" for byte in (0x0A, 0x58, *digest[:4]))
    return {
        "ifindex": one.index,
        "ifname": one.name,
        "flags": ["LOOPBACK" if loops else "BROADCAST", "UP"],
        "mtu": 65536 if loops else 1400,
        "operstate": one.state,
        "link_type": "loopback" if loops else "ether",
        "address": "00:00:00:00:00:00" if loops else mac,
    }


def _where(hook: Hook) -> Json:
    if hook.kind == "tracepoint":
        return {"tracepoint": hook.at}
    return {"func": hook.at, "offset": 0}
