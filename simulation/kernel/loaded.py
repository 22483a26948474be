"""One agent's objects in one kernel: programs and maps with their numbers, and what hangs where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.kernel import BY_NAME, NAME_LENGTH, Hook
from simulation.agent import AgentConfig
from simulation.faults import Faults
from simulation.kernel.tables import (
    FLAG_NO_PREALLOC,
    MAPS,
    PROGRAMS,
    MapRow,
    ProgramRow,
    entries,
    is_there,
)

Json = dict[str, Any]
COMM = "netobserv-ebpf-agent"[:NAME_LENGTH]
PER_LOAD = 100
"""Numbers that one load of an agent may use, of each kind."""


@dataclass(frozen=True)
class Load:
    """An agent that has started: the configuration, when (epoch seconds), and its turn on the node.

    `pid` is the agent's; None for an agent that is gone and has left its objects behind.
    """

    config: AgentConfig
    since: float
    turn: int
    cpus: int
    pid: int | None
    last: bool = False
    """Whether this is the node on which faults of one node are at home."""

    def number(self, place: int) -> int:
        return 1000 + PER_LOAD * self.turn + place


class Loaded:
    """Answers in the words of bpftool: rows without the fields that belong to links."""

    def __init__(self, load: Load, faults: Faults) -> None:
        self.load, self._faults = load, faults

    def programs(self) -> list[Json]:
        return [self._program(place, row) for place, row in enumerate(PROGRAMS)]

    def maps(self, held: dict[str, int]) -> list[Json]:
        """`held` are entries by the map's full name; a map without one is empty."""
        return [self._map(place, row, held) for place, row in self._maps()]

    def program_id(self, name: str) -> int:
        names = [row.name for row in PROGRAMS]
        return self.load.number(names.index(name))

    def hooks(self) -> Iterator[tuple[int, Hook]]:
        """What hangs on functions and tracepoints, by program: fentry goes before kprobe."""
        for row in PROGRAMS:
            known = BY_NAME[row.name]
            if known.hook is None or row.name == "tcp_rcv_kprobe":
                continue
            if self._is_attached(row.name, known.feature):
                yield self.program_id(row.name), self._hook(known.hook)

    def pids(self) -> Json:
        holders = [] if self.load.pid is None else [{"pid": self.load.pid, "comm": COMM}]
        return {"pids": holders} if holders else {}

    def _is_attached(self, name: str, feature: str) -> bool:
        if self._faults.active("xlat-loaded-and-not-attached") and name == "track_nat_manip_pkt":
            return False
        if self._faults.active("drops-stay-attached-when-off") and name == "kfree_skb":
            return True
        return feature in self.load.config.features

    def _hook(self, hook: Hook) -> Hook:
        if self._faults.active("ipsec-attached-to-calls-alone"):
            return Hook(hook.kind.replace("kretprobe", "kprobe"), hook.at)
        return hook

    def _program(self, place: int, row: ProgramRow) -> Json:
        return {
            "id": self.load.number(place),
            "type": row.type,
            "name": row.name,
            "tag": self._tag(row.name),
            "gpl_compatible": True,
            "loaded_at": int(self.load.since),
            "uid": 0,
            "orphaned": False,
            "bytes_xlated": row.xlated,
            "jited": True,
            "bytes_jited": row.jited,
            "bytes_memlock": row.memlock,
            "map_ids": [self._map_ids()[name] for name in row.maps if name in self._map_ids()],
            "btf_id": self.load.number(place + PER_LOAD // 2),
            **self.pids(),
        }

    def _tag(self, name: str) -> str:
        version = self.load.config.version
        if self.load.last and self._faults.active("other-object-code-on-one-node"):
            version = (0, *version)
        return hashlib.sha256(f"{name} {version}".encode()).hexdigest()[:16]

    def _maps(self) -> list[tuple[int, MapRow]]:
        there = [row for row in MAPS if is_there(row, self.load.config)]
        return list(enumerate(there))

    def _map_ids(self) -> dict[str, int]:
        return {row.name: self.load.number(place) for place, row in self._maps()}

    def _map(self, place: int, row: MapRow, held: dict[str, int]) -> Json:
        room = entries(row, self.load.config, asked_alone=not self._keeps_size())
        flags = row.flags
        if row.name == "aggregated_flows" and self._faults.active("map-preallocated"):
            flags &= ~FLAG_NO_PREALLOC
        told = MapRow(row.name, row.type, flags, row.key, row.value)
        filled = room if self._overflows(row.name) else min(room, held.get(row.name, 0))
        return {
            "id": self.load.number(place),
            "type": row.type,
            "name": row.name[:NAME_LENGTH],
            "flags": flags,
            "bytes_key": row.key,
            "bytes_value": row.value,
            "max_entries": room,
            "bytes_memlock": told.memlock(room, self.load.cpus, filled),
            "frozen": 1 if row.name == ".rodata" else 0,
            "btf_id": self.load.number(place + PER_LOAD // 2),
            **self.pids(),
        }

    def _keeps_size(self) -> bool:
        return self._faults.active("maps-keep-their-size-when-off")

    def _overflows(self, name: str) -> bool:
        return name == "dns_flows" and self._faults.active("dns-questions-never-freed")
