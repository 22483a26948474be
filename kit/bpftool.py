"""bpftool's JSON, old and new, as typed facts; a text that is not that is one clear sentence.

Source: bpftool v7.5 src/{prog,map,link,net,perf}.c. An old one shows link types that it does not
know as numbers, no interface and no function, and lists no TCX hook under `net`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kit.verdict import Inconclusive

Json = Mapping[str, Any]
LINK_TYPES = {2: "tracing", 7: "perf_event", 8: "kprobe_multi", 11: "tcx"}
"""Source: enum bpf_link_type of linux/bpf.h."""
CLASSIC, TCX = "clsact", "tcx"


@dataclass(frozen=True)
class Program:
    """`memlock` is in bytes, `loaded_at` in seconds since the epoch by the node's clock.

    `holders` are the names of processes that hold it; None where bpftool cannot tell.
    """

    id: int
    type: str
    name: str
    tag: str
    memlock: int
    loaded_at: float
    maps: tuple[int, ...] = ()
    holders: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Map:
    """`memlock` is in bytes: buckets and the entries that are there, or all that there may be."""

    id: int
    type: str
    name: str
    flags: int
    max_entries: int
    memlock: int
    holders: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Link:
    """One attachment. `kind` and `at` are as in catalog.kernel.Hook, empty where nobody tells.

    A link of an interface that is gone hangs nowhere, until its holder lets it go.
    """

    program: int
    type: str
    kind: str = ""
    at: str = ""
    hangs: bool = True
    id: int = field(default=0, compare=False)


@dataclass(frozen=True)
class NetHook:
    """A TCX or TC program on an interface of the network namespace that was looked at.

    `link` is the number of the link that holds it, 0 where none does.
    """

    interface: str
    direction: str
    program: int
    mode: str = field(default=TCX)
    link: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Interface:
    """`state` is the kernel's operstate: UP, DOWN, UNKNOWN; `mac` is empty without an address."""

    name: str
    state: str
    mac: str


def programs(text: str, where: str) -> tuple[Program, ...]:
    rows = _rows(text, "programs", where)
    told = any("pids" in row for row in rows)
    return tuple(_program(row, told, where) for row in rows)


def maps(text: str, where: str) -> tuple[Map, ...]:
    rows = _rows(text, "maps", where)
    told = any("pids" in row for row in rows)
    found = []
    for row in rows:
        with _Reading("maps", where):
            found.append(
                Map(
                    id=int(row["id"]),
                    type=str(row["type"]),
                    name=str(row.get("name", "")),
                    flags=int(row["flags"]),
                    max_entries=int(row["max_entries"]),
                    memlock=int(row["bytes_memlock"]),
                    holders=_holders(row) if told else None,
                )
            )
    return tuple(found)


def links(text: str, where: str) -> tuple[Link, ...]:
    found = []
    for row in _rows(text, "links", where):
        with _Reading("links", where):
            kind = row["type"]
            name = LINK_TYPES.get(kind, str(kind)) if isinstance(kind, int) else str(kind)
            hangs = row.get("ifindex") != 0
            number = int(row.get("id", 0))
            found.append(Link(int(row.get("prog_id", 0)), name, *_hook(row), hangs, number))
    return tuple(found)


def perf(text: str, where: str) -> tuple[Link, ...]:
    """What hangs on perf events without being a link: kernels before 5.15 have no links there."""
    found = []
    for row in _rows(text, "perf events", where):
        with _Reading("perf events", where):
            kind = str(row["fd_type"]).removeprefix("raw_")
            at = str(row.get("func") or row.get("tracepoint") or "")
            found.append(Link(int(row["prog_id"]), "perf_event", kind, _place(at)))
    return tuple(found)


def net_hooks(text: str, where: str) -> tuple[NetHook, ...]:
    """TCX hooks have `prog_id`, classic ones `id`; netkit and XDP are not the agent's."""
    found = []
    for row in _rows(text, "network hooks", where):
        with _Reading("network hooks", where):
            for hook in row.get("tc", ()):
                mode, _, direction = str(hook["kind"]).partition("/")
                if mode in (TCX, CLASSIC) and direction in ("ingress", "egress"):
                    program = int(hook["prog_id"] if "prog_id" in hook else hook.get("id", 0))
                    link = int(hook.get("link_id", 0))
                    found.append(NetHook(str(hook["devname"]), direction, program, mode, link))
    return tuple(found)


def interfaces(text: str, where: str) -> tuple[Interface, ...]:
    """What `ip -j link show` says; a namespace without any interface has an empty object."""
    found = []
    for row in _rows(text, "interfaces", where):
        if not row:
            continue
        with _Reading("interfaces", where):
            mac = str(row.get("address", "")) if row.get("link_type") == "ether" else ""
            found.append(Interface(str(row["ifname"]), str(row.get("operstate", "")), mac))
    return tuple(found)


def _program(row: Json, told: bool, where: str) -> Program:
    with _Reading("programs", where):
        return Program(
            id=int(row["id"]),
            type=str(row["type"]),
            name=str(row.get("name", "")),
            tag=str(row["tag"]),
            memlock=int(row["bytes_memlock"]),
            loaded_at=float(row["loaded_at"]),
            maps=tuple(map(int, row.get("map_ids", ()))),
            holders=_holders(row) if told else None,
        )


def _holders(row: Json) -> tuple[str, ...]:
    return tuple(sorted({str(each["comm"]) for each in row.get("pids", ())}))


def _hook(row: Json) -> tuple[str, str]:
    if "func" in row:
        return "kretprobe" if row.get("retprobe") else "kprobe", str(row["func"])
    if "tracepoint" in row:
        return "tracepoint", _place(str(row["tracepoint"]))
    attached = str(row.get("attach_type", ""))
    return (attached.removeprefix("trace_"), "") if attached.startswith("trace_") else ("", "")


def _place(text: str) -> str:
    """A tracepoint is told with its group or without."""
    return text.rpartition(":")[2]


def _rows(text: str, what: str, where: str) -> list[Json]:
    """One list of objects; an error of bpftool's own is an object with `error`."""
    if not text.strip():
        raise Inconclusive(f"{where} told nothing of its {what}: the image's tools may be too old")
    try:
        read = json.loads(text)
    except json.JSONDecodeError as error:
        told = f"the list of {what} of {where} is no whole JSON (character {error.pos})"
        raise Inconclusive(f"{told}: it was cut off, or something else wrote into it") from None
    if isinstance(read, Mapping) and "error" in read:
        raise Inconclusive(f"bpftool on {where} could not list {what}: {read['error']}")
    if not isinstance(read, list) or not all(isinstance(row, Mapping) for row in read):
        raise Inconclusive(f"the {what} of {where} are no list of objects, as bpftool writes it")
    if refused := [str(row["error"]) for row in read if "error" in row]:
        raise Inconclusive(f"bpftool on {where} could not list {what}: {refused[0]}")
    return read


class _Reading:
    """Turns a row without its usual keys into a sentence."""

    def __init__(self, what: str, where: str) -> None:
        self.what, self.where = what, where

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KeyError | TypeError | ArithmeticError | ValueError | AttributeError):
            told = f"bpftool wrote {self.what} of {self.where} in a form that nobody knows"
            raise Inconclusive(f"{told}: {error!r}") from None
