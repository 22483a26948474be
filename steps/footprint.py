"""When the kernels of all nodes are read; Then the agents' programs, hooks and maps are these."""

from __future__ import annotations

import re
from functools import partial

from pytest_bdd import parsers, then, when

from catalog.kernel import Hook
from kit import evidence, footprint, hooks
from kit.footprint import Alternatives
from kit.kernel_costs import STOCKS
from kit.verdict import Unmet, Verdict
from steps.words import TYPES, one_of

KINDS = ("tracepoint", "fentry", "kprobe", "kretprobe")
WHOSE = {"the node": False, "pods": True}
CACHE = "an entry for each flow of the cache"


def _hooks(text: str) -> Alternatives:
    """`fentry x or kprobe x`, `kprobe x, kretprobe x`; `nothing` for no place at all."""
    if text == "nothing":
        return ()
    return tuple(tuple(_hook(each) for each in way.split(", ")) for way in text.split(" or "))


def _hook(text: str) -> Hook:
    kind, _, at = text.partition(" ")
    one_of(dict.fromkeys(KINDS), kind, "kind of hook")
    if not re.fullmatch(r"\w+", at):
        raise ValueError(f"{text!r} does not say where, such as kprobe xfrm_input")
    return Hook(kind, at)


def _maps(text: str) -> list[str]:
    return [footprint.known_map(name) for name in text.split(", ")]


def _entries(text: str) -> int | None:
    """None for as many flows as the agents cache."""
    if text == CACHE:
        return None
    match = re.fullmatch(r"(\d+) (entry|entries)", text)
    if match is None:
        raise ValueError(f"{text!r} is neither a number of entries nor {CACHE!r}")
    return int(match[1])


KNOWN = {
    "Hooks": _hooks,
    "Maps": _maps,
    "Entries": _entries,
    "Stock": lambda text: one_of(dict.fromkeys(STOCKS, text), text, "stock with a budget"),
    "Whose": lambda text: one_of(WHOSE, text, "owner of interfaces"),
}
phrase = partial(parsers.parse, extra_types={**TYPES, **KNOWN})


def _judged(verdict: Verdict) -> None:
    if not verdict.met:
        raise Unmet(verdict.because, verdict.detail)


@when("the kernels of all nodes are read", target_fixture="kernels")
def kernels_are_read(reading):
    kernels = reading.kernels()
    if not all(kernel.owners_known for kernel in kernels):
        evidence.fact("programs are found", "by name: this bpftool tells no processes")
    return kernels


@then(phrase("on every node {feature:Feature} hangs on {places:Hooks}"))
def hangs_on(kernels, feature, places):
    _judged(footprint.hangs_on(kernels, feature, places))


@then(phrase("on every node {maps:Maps} has room for {entries:Entries}"))
def has_room_for(kernels, maps, entries, cached_flows):
    wanted = cached_flows() if entries is None else entries
    evidence.fact("entries wanted", wanted)
    _judged(footprint.map_sizes(kernels, maps, wanted))


@then(phrase("the interfaces of {pods:Whose} that agents watch have both hooks, others none"))
def interfaces_have_hooks(kernels, watching, pods):
    evidence.attach("hooks by node", "\n".join(hooks.counted(kernels)))
    _judged(hooks.hooked(kernels, watching(), pods=pods))


@then("no interface of a pod has a hook")
def no_hook_on_pods(kernels):
    _judged(hooks.hooked(kernels, hooks.NO_PODS, pods=True))


@then("there are 2 hooks for each interface that has any")
def hooks_add_up(kernels):
    _judged(hooks.add_up(kernels))


@then("no map takes its memory in advance")
def nothing_in_advance(kernels):
    _judged(footprint.nothing_in_advance(kernels))


@then("every program and map is of the running agent")
def nothing_stale(kernels):
    _judged(footprint.nothing_stale(kernels))


@then("nodes of the same Linux run the same object code")
def same_code(kernels, linux_of):
    _judged(footprint.same_code(kernels, linux_of))


@then(phrase("the {what:Stock} of each node stay within the budget"))
def within_budget(kernels, what, kernel_budget, keep_cost):
    limit = kernel_budget(what)
    evidence.fact(f"budget of {what}", f"{footprint.said(limit.amount)}: {limit.because}")
    for kernel in kernels:
        told = footprint.said(footprint.locked(kernel, what))
        evidence.fact(f"{what} on {kernel.node}", told)
    keep_cost(kernels, what)
    _judged(footprint.within(kernels, what, limit.amount))


@then("no privileged pod of the run is left")
def no_privileged_pod(kernels, reading):
    left = reading.left()
    if left:
        raise Unmet(f"{len(left)} privileged pods are still there: {', '.join(left)}")
