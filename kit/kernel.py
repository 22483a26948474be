"""What one node's kernel holds, as a pod that looked into it once has told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.kernel import BY_SHORT_NAME, MANAGER, NAME_LENGTH, OWNERS, SHORT_MAP_NAMES
from kit import bpftool
from kit.bpftool import Interface, Link, Map, NetHook, Program
from kit.verdict import Inconclusive

HOST = "/proc/1/ns/net"
"""The network namespace of the node itself, as the pod's script names it."""
CLOCK_STEP = 2.0
"""Seconds by which bpftool's load times, made of two clocks, may be early."""
_SECTION = re.compile(r"^== (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Told:
    """The raw words about one node; `agent_since` is when its agent's container started.

    `began` is when they were asked for; both are seconds since the epoch by the node's clock.
    """

    node: str
    output: str
    agent_since: float
    began: float = 0.0


@dataclass(frozen=True)
class Namespace:
    """A network namespace: the interfaces that were there all the time, and all its hooks."""

    name: str
    interfaces: tuple[Interface, ...]
    hooks: tuple[NetHook, ...]

    @property
    def is_host(self) -> bool:
        return self.name == HOST


@dataclass(frozen=True)
class Kernel:
    """The agent's objects on one node, and every network namespace of the node."""

    node: str
    agent_since: float
    programs: tuple[Program, ...]
    maps: tuple[Map, ...]
    links: tuple[Link, ...]
    """As they were before hooks were listed."""
    namespaces: tuple[Namespace, ...]
    links_again: tuple[Link, ...]
    """As they were after hooks had been listed."""

    def current(self) -> tuple[Program, ...]:
        """Programs of the agent that runs now."""
        return tuple(program for program in self.programs if not self.is_stale(program))

    def is_stale(self, program: Program) -> bool:
        """Loaded before the agent was there, or held by nobody; bpfman loads in its own time."""
        if MANAGER in (program.holders or ()):
            return False
        early = program.loaded_at < self.agent_since - CLOCK_STEP
        return early or program.holders == ()

    def current_maps(self) -> tuple[Map, ...]:
        """Those that the agent's programs use: some of them have names that say nothing."""
        used = {number for program in self.current() for number in program.maps}
        return tuple(one for one in self.maps if one.id in used)

    def leftover_maps(self) -> tuple[Map, ...]:
        """Maps with the agent's names that neither its programs nor its processes have."""
        used = {number for program in self.current() for number in program.maps}
        return tuple(
            one
            for one in self.maps
            if one.id not in used and one.name in SHORT_MAP_NAMES and not one.holders
        )

    def users(self, one: Map) -> set[str]:
        """Full names of the agent's programs that use a map."""
        return {full_name(program) for program in self.current() if one.id in program.maps}

    @property
    def owners_known(self) -> bool:
        return any(program.holders is not None for program in self.programs)


def full_name(program: Program) -> str:
    """As the agent's source spells it; "" for a program of somebody else."""
    known = BY_SHORT_NAME.get(program.name[:NAME_LENGTH])
    return known.name if known else ""


def kernel(told: Told) -> Kernel:
    """Inconclusive, with a sentence, for words that are not whole or not bpftool's."""
    where = f"node {told.node}"
    sections = _sections(told.output, where)
    links = bpftool.links(sections["links"], where)
    perf = bpftool.perf(sections["perf"], where)
    linked = {link.program for link in links}
    return Kernel(
        node=told.node,
        agent_since=told.agent_since,
        programs=tuple(filter(_ours, bpftool.programs(sections["programs"], where))),
        maps=bpftool.maps(sections["maps"], where),
        links=(
            *(_placed(link, perf) for link in links),
            *(event for event in perf if event.program not in linked),
        ),
        namespaces=_namespaces(sections, where),
        links_again=bpftool.links(sections["links again"], where),
    )


def _ours(program: Program) -> bool:
    """By name, and not held by somebody else alone; what nobody holds may be a left-over."""
    if not full_name(program):
        return False
    owners = tuple(owner[:NAME_LENGTH] for owner in OWNERS)
    return not program.holders or any(who.startswith(owners) for who in program.holders)


def _placed(link: Link, perf: tuple[Link, ...]) -> Link:
    """A link says where it hangs only since Linux 6.6; a perf event has said so for longer."""
    if link.at or link.type != "perf_event":
        return link
    return next((event for event in perf if event.program == link.program), link)


def _sections(output: str, where: str) -> dict[str, str]:
    parts = _SECTION.split(output)
    sections = {name.strip(): text for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    missing = [
        n for n in ("programs", "maps", "links", "perf", "links again", "end") if n not in sections
    ]
    if missing:
        raise Inconclusive(f"what {where} told of its kernel is cut off before {missing[0]}")
    return sections


def _namespaces(sections: Mapping[str, str], where: str) -> tuple[Namespace, ...]:
    names = [name.removeprefix("hooks ") for name in sections if name.startswith("hooks ")]
    return tuple(_namespace(name, sections, where) for name in names)


def _namespace(name: str, sections: Mapping[str, str], where: str) -> Namespace:
    """One of a pod that came or went meanwhile has told nothing in some of its sections."""
    before, hooks, after = (
        text if text.strip() or name == HOST else "[]"
        for text in (sections.get(f"{part} {name}", "") for part in ("before", "hooks", "after"))
    )
    known = {each.name for each in bpftool.interfaces(before, where)}
    now = bpftool.interfaces(after, where)
    lasting = tuple(each for each in now if each.name in known)
    return Namespace(name, lasting, bpftool.net_hooks(hooks, where))
