"""What must be true of the agents' objects in the kernels of all nodes: one verdict a claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from catalog.features import Feature
from catalog.kernel import (
    BY_NAME,
    FLOW_TABLES,
    NO_PREALLOC,
    SHORT_MAP_NAMES,
    TABLES,
    Hook,
    Table,
)
from kit.bpftool import Link, Map
from kit.kernel import Kernel, full_name
from kit.verdict import Inconclusive, Verdict, met, unmet

Kernels = Sequence[Kernel]
Alternatives = tuple[tuple[Hook, ...], ...]
FILTER_MAPS = ("filter_map", "peer_filter_map")


@dataclass(frozen=True)
class Node:
    """Something wrong on one node, in a sentence that begins with the node's name."""

    name: str
    says: str

    def __str__(self) -> str:
        return f"node {self.name}: {self.says}"


def all_nodes(kernels: Kernels, wrong: Callable[[Kernel], Iterator[str]], good: str) -> Verdict:
    """Met where no node has anything wrong; Inconclusive without any node."""
    if not kernels:
        raise Inconclusive("no node's kernel was read")
    found = [Node(kernel.node, says) for kernel in kernels for says in wrong(kernel)]
    if not found:
        return met(f"{good} on {len(kernels)} nodes")
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return unmet(f"{found[0]}{more}", "\n".join(map(str, found)) if more else "")


def hangs_on(kernels: Kernels, feature: Feature, wanted: Alternatives) -> Verdict:
    """One of the alternatives, whole and nothing else; none wanted: the feature hangs nowhere."""

    def wrong(kernel: Kernel) -> Iterator[str]:
        seen = hooks_of(kernel, feature)
        if not any(seen == set(each) for each in wanted or ((),)):
            asked = " or ".join(", ".join(map(str, each)) for each in wanted) or "nothing"
            told = ", ".join(sorted(map(str, seen))) or "nothing"
            yield f"{feature.phrase} hangs on {told} instead of {asked}{_loaded(kernel, feature)}"

    return all_nodes(kernels, wrong, f"{feature.phrase} hangs as it has to")


def hooks_of(kernel: Kernel, feature: Feature) -> set[Hook]:
    """Where the feature's programs really hang: a program that is only loaded does nothing."""
    found = set()
    for program in kernel.current():
        known = BY_NAME[full_name(program)]
        if known.feature != feature.name or known.hook is None:
            continue
        links = [link for link in kernel.links if link.program == program.id]
        found |= {_hook(link, known.hook) for link in links}
    return found


def _hook(link: Link, usual: Hook) -> Hook:
    """What the kernel does not tell of a link is what its program was made for."""
    return Hook(link.kind or usual.kind, link.at or usual.at)


def _loaded(kernel: Kernel, feature: Feature) -> str:
    names = {full_name(program) for program in kernel.current()}
    ours = sorted(name for name in names if BY_NAME[name].feature == feature.name)
    return f"; loaded: {', '.join(ours) or 'none of its programs'}"


def map_sizes(kernels: Kernels, names: Sequence[str], entries: int) -> Verdict:
    """Each of the maps is there once, with room for so many entries."""

    def wrong(kernel: Kernel) -> Iterator[str]:
        for name in names:
            found = maps_called(kernel, name)
            if len(found) != 1:
                yield f"{len(found)} maps are {name} instead of one"
            elif found[0].max_entries != entries:
                yield f"{name} takes {found[0].max_entries} entries instead of {entries}"

    return all_nodes(kernels, wrong, f"{', '.join(names)} take {entries} entries")


def maps_called(kernel: Kernel, name: str) -> list[Map]:
    """Cut names are told apart by type and user: six maps are an `aggregated_flow`."""
    table = next((each for each in FLOW_TABLES if each.name == name), None)
    if table is None:
        return [one for one in kernel.current_maps() if one.name == name[:15]]
    return [one for one in kernel.current_maps() if _is(kernel, one, table)]


def _is(kernel: Kernel, one: Map, table: Table) -> bool:
    if one.name != table.short or one.type != table.type:
        return False
    return any(table.used_by in user for user in kernel.users(one))


def name_of(kernel: Kernel, one: Map) -> str:
    """The name in full, or as the kernel has it."""
    return next((each.name for each in FLOW_TABLES if _is(kernel, one, each)), one.name)


def nothing_in_advance(kernels: Kernels) -> Verdict:
    def wrong(kernel: Kernel) -> Iterator[str]:
        tables = [one for one in kernel.current_maps() if one.type in TABLES]
        if not tables:
            yield "the agent has no hash map at all"
        for one in tables:
            if not one.flags & NO_PREALLOC:
                room = f"{one.max_entries} entries, {one.memlock} bytes"
                yield f"{name_of(kernel, one)} takes its memory in advance ({room})"

    return all_nodes(kernels, wrong, "maps take memory as they fill")


def nothing_stale(kernels: Kernels) -> Verdict:
    """Of an agent that was there before, or of a process that is gone."""

    def wrong(kernel: Kernel) -> Iterator[str]:
        if not kernel.current():
            yield "no program of the running agent is loaded"
        for program in kernel.programs:
            if kernel.is_stale(program):
                early = kernel.agent_since - program.loaded_at
                since = f"{early:.0f} s before the agent began" if early > 0 else "by nobody left"
                yield f"{full_name(program)} (id {program.id}) was loaded {since}"
        for one in kernel.leftover_maps():
            yield f"map {one.name} (id {one.id}, {one.memlock} bytes) belongs to no agent"

    return all_nodes(kernels, wrong, "every program and map is of the running agent")


def same_code(kernels: Kernels, kernel_of: Callable[[str], str]) -> Verdict:
    """By the kernel's own tag of each program; nodes are compared with their like alone."""
    alike: dict[str, list[Kernel]] = {}
    for kernel in kernels:
        alike.setdefault(kernel_of(kernel.node), []).append(kernel)
    usual = {kind: _usual(group) for kind, group in alike.items() if len(group) > 1}
    if not usual:
        raise Inconclusive(f"{len(kernels)} nodes, and no two run the same Linux: none compares")

    def wrong(kernel: Kernel) -> Iterator[str]:
        expected = usual.get(kernel_of(kernel.node), frozenset())
        other = sorted(name for name, tag in _tags(kernel) ^ expected if expected)
        if other:
            yield f"{', '.join(dict.fromkeys(other))} differs from the other nodes' program"

    return all_nodes(kernels, wrong, "the same object code runs")


def _tags(kernel: Kernel) -> frozenset[tuple[str, str]]:
    return frozenset((full_name(program), program.tag) for program in kernel.current())


def _usual(kernels: Kernels) -> frozenset[tuple[str, str]]:
    return Counter(map(_tags, kernels)).most_common(1)[0][0]


def within(kernels: Kernels, what: str, limit: float) -> Verdict:
    """Locked memory in bytes, of `maps` or `programs`, of the running agent and left-overs."""

    def wrong(kernel: Kernel) -> Iterator[str]:
        used = locked(kernel, what)
        if used <= 0:
            yield f"bpftool tells no locked memory of {what}: an old kernel does not count it"
        if used > limit:
            yield f"the {what} hold {said(used)}, the budget is {said(limit)}"

    return all_nodes(kernels, wrong, f"{what} stay within {said(limit)}")


def locked(kernel: Kernel, what: str) -> int:
    if what == "programs":
        return sum(program.memlock for program in kernel.programs)
    ours = {one.id for one in (*kernel.current_maps(), *kernel.leftover_maps())}
    return sum(one.memlock for one in kernel.maps if one.id in ours)


def said(size: float) -> str:
    """Both units, each with its name: 63.3 MB is 60.4 MiB, 212992 B are 213.0 kB or 208.0 KiB."""
    if size < 1e6:
        return f"{size / 1e3:.1f} kB ({size / 1024:.1f} KiB)"
    return f"{size / 1e6:.1f} MB ({size / 1024**2:.1f} MiB)"


def known_map(name: str) -> str:
    """A name that the agent's maps have; ValueError with a sentence otherwise."""
    if name not in {*(table.name for table in FLOW_TABLES), *FILTER_MAPS}:
        raise ValueError(f"{name!r} is no map of the agent, such as aggregated_flows_dns")
    assert name[:15] in SHORT_MAP_NAMES
    return name
