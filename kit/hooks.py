"""TCX and TC hooks: which interfaces must have them, which may, and whether they add up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.kernel import FLOW_PARSERS
from kit.bpftool import TCX, Interface, Link, NetHook
from kit.footprint import Kernels, all_nodes
from kit.kernel import HOST, Kernel, Namespace, full_name
from kit.verdict import Inconclusive, Verdict

BOTH = ("egress", "ingress")


@dataclass(frozen=True)
class Watch:
    """What the FlowCollector tells its agents to look at.

    Source: ebpf-agent v1.12 pkg/ifaces/filter.go (`/text/` is a regular expression), watcher.go:
    interfaces without a MAC address are left out, and namespaces of pods without privileges.
    """

    pods: bool = False
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ("lo",)

    def allows(self, interface: Interface) -> bool:
        wanted = not self.only or any(_matches(each, interface.name) for each in self.only)
        refused = any(_matches(each, interface.name) for each in self.but)
        return bool(interface.mac) and wanted and not refused

    def must(self, interface: Interface) -> bool:
        """One that is up now; whether an agent keeps others depends on when they came."""
        return self.allows(interface) and interface.state == "UP"


NO_PODS = Watch(pods=False)


def watch(flow_collector: Mapping[str, Any]) -> Watch:
    ebpf = flow_collector.get("spec", {}).get("agent", {}).get("ebpf", {})
    return Watch(
        pods=bool(ebpf.get("privileged", False)),
        only=tuple(ebpf.get("interfaces") or ()),
        but=tuple(ebpf.get("excludeInterfaces", ("lo",)) or ()),
    )


def hooked(kernels: Kernels, watching: Watch, *, pods: bool) -> Verdict:
    """Both hooks on each interface of nodes (or of pods) that must have them, and no others."""
    whose = "pods'" if pods else "the node's own"
    watched = watching.pods or not pods
    if pods and watched and not any(_musts(kernel, watching, pods) for kernel in kernels):
        raise Inconclusive("no node shows an interface of a pod: is /var/run/netns another place?")

    def wrong(kernel: Kernel) -> Iterator[str]:
        if not pods and not _musts(kernel, watching, pods):
            yield f"none of {whose} interfaces is up: there is nothing to hang hooks on"
        for space in _spaces(kernel, pods):
            yield from _wrong(kernel, space, watching, watched)

    return all_nodes(told_by_interface(kernels), wrong, f"hooks sit right on {whose} interfaces")


def _wrong(kernel: Kernel, space: Namespace, watching: Watch, watched: bool) -> Iterator[str]:
    where = "" if space.is_host else f" of pod namespace {space.name.rpartition('/')[2]}"
    for interface in space.interfaces:
        ways = sorted(hook.direction for hook in _ours(kernel, space, interface.name))
        told = f"interface {interface.name}{where} has"
        if watched and watching.must(interface) and ways != list(BOTH):
            yield f"{told} {_said(ways)} instead of one hook in either direction"
        elif ways and not (watched and watching.allows(interface)):
            yield f"{told} {_said(ways)}, and the agent is not to watch it"
        elif ways not in ([], list(BOTH)):
            yield f"{told} {_said(ways)}"


def add_up(kernels: Kernels) -> Verdict:
    """2 hooks for each interface, and each held by a link of its own; what came or went is out."""

    def wrong(kernel: Kernel) -> Iterator[str]:
        seen = list(_lasting(kernel))
        interfaces = len({(space.name, hook.interface) for space, hook in seen})
        if len(seen) != 2 * interfaces:
            yield f"{len(seen)} hooks sit on {interfaces} interfaces, which is not 2 for each"
        if links := _tcx_links(kernel, kernel.links):
            yield from _held(kernel, links, {hook.link for _, hook in seen})

    return all_nodes(told_by_interface(kernels), wrong, "there are 2 hooks for each interface")


def _held(kernel: Kernel, before: set[int], lasting: set[int]) -> Iterator[str]:
    """Links that were there before and after hooks were listed must have been seen meanwhile."""
    after = _tcx_links(kernel, kernel.links_again)
    seen = {hook.link for space in kernel.namespaces for hook in _ours(kernel, space)}
    if unseen := len(before & after - seen):
        told = f"the agent holds {len(before)} TCX links, and {unseen} of them"
        yield f"{told} are seen on no interface"
    if unheld := len(lasting - before - after):
        yield f"{unheld} hooks are seen that none of the agent's {len(before)} TCX links holds"


def _lasting(kernel: Kernel) -> Iterator[tuple[Namespace, NetHook]]:
    """The agent's hooks on interfaces that were there all the time."""
    for space in kernel.namespaces:
        names = {interface.name for interface in space.interfaces}
        yield from ((space, hook) for hook in _ours(kernel, space) if hook.interface in names)


def told_by_interface(kernels: Kernels) -> Kernels:
    """An old bpftool knows links of TCX by number only, and says nothing of interfaces."""
    for kernel in kernels:
        links = len(_tcx_links(kernel, kernel.links))
        if links and not any(space.hooks for space in kernel.namespaces):
            raise Inconclusive(
                f"node {kernel.node} has {links} TCX links, and its bpftool does "
                "not say on which interfaces: name an image with bpftool 7.3 or newer"
            )
    return kernels


def _tcx_links(kernel: Kernel, links: Sequence[Link]) -> set[int]:
    """Numbers of those that hold the agent's hooks on interfaces which are still there."""
    parsers = _parsers(kernel)
    return {one.id for one in links if one.type == TCX and one.hangs and one.program in parsers}


def hooked_interfaces(kernel: Kernel) -> set[tuple[str, str]]:
    return {
        (space.name, hook.interface) for space in kernel.namespaces for hook in _ours(kernel, space)
    }


def counted(kernels: Kernels) -> list[str]:
    """How many interfaces of the host and of pods have hooks, for the reader."""
    lines = []
    for kernel in kernels:
        found = hooked_interfaces(kernel)
        host = sum(space == HOST for space, _ in found)
        told = f"{host} interfaces of the host, {len(found) - host} of pods"
        links = len(_tcx_links(kernel, kernel.links))
        lines.append(f"{kernel.node}: hooks on {told}; {links} TCX links")
    return lines


def _musts(kernel: Kernel, watching: Watch, pods: bool) -> list[Interface]:
    spaces = _spaces(kernel, pods)
    return [one for space in spaces for one in space.interfaces if watching.must(one)]


def _spaces(kernel: Kernel, pods: bool) -> list[Namespace]:
    return [space for space in kernel.namespaces if space.is_host != pods]


def _parsers(kernel: Kernel) -> set[int]:
    return {program.id for program in kernel.current() if full_name(program) in FLOW_PARSERS}


def _ours(kernel: Kernel, space: Namespace, interface: str | None = None) -> list[NetHook]:
    """The agent's own hooks on one interface, or on all; the ends of stale ones count as none."""
    parsers = _parsers(kernel)
    return [
        hook
        for hook in space.hooks
        if hook.program in parsers and interface in (None, hook.interface)
    ]


def _said(ways: Sequence[str]) -> str:
    return " and ".join(f"a hook for {way}" for way in ways) or "no hook"


def _matches(pattern: str, name: str) -> bool:
    pattern = pattern.strip()
    if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/"):
        return re.search(pattern[1:-1], name) is not None
    return pattern == name
