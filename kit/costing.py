"""What was measured against its budgets: a row for each limit, and the verdict on all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kit.budgets import Budget, Budgets
from kit.measuring import Measured
from kit.series import Series
from kit.usage import amount
from kit.verdict import Verdict, met, unmet

PARTS = ("agent", "pipeline")
DEFAULT_LIMIT = "800Mi"
"""Source: operator 1.11, flowcollector_types.go: agents and flowlogs-pipeline alike."""
SMALL = 0.002
"""Cores: two counts so near agree, whatever their percentage."""
SETTINGS = {"agent": ("agent", "ebpf"), "pipeline": ("processor",)}


@dataclass(frozen=True)
class Row:
    """One limit: `measured` and `limit` in the unit, of whom, and where the limit comes from."""

    key: str
    who: str
    measured: float
    limit: float
    unit: str
    because: str
    place: str

    @property
    def met(self) -> bool:
        return self.measured <= self.limit

    def said(self) -> str:
        sign, limit = "within" if self.met else "above", shown(self.limit, self.unit)
        measured = shown(self.measured, self.unit)
        return f"{self.key}: {measured} of {self.who} is {sign} the {limit} of {self.place}"

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def shown(value: float, unit: str) -> str:
    """With the unit that people use; KiB and MiB throughout, never MB beside them."""
    if unit == "cores":
        return f"{value * 1000:.1f} millicores"
    if unit == "bytes" and abs(value) < 1024**2:
        return f"{value / 1024:.1f} KiB"
    if unit == "bytes":
        return f"{value / 1024**2:.1f} MiB"
    return f"{value * 100:.1f} %" if unit == "share" else f"{value:.3g} {unit}"


def rows(
    measured: Measured, budgets: Budgets, phase: str, percent: float, spec: Mapping[str, Any]
) -> list[Row]:
    """Of each kind the worst pod or node, by its percentile. flowlogs-pipeline's cores are summed,
    since agents spread over its pods as they like."""
    found = [
        _row(budgets.limit(f"agent.cpu.{phase}"), measured.of("agent.cpu"), percent),
        _row(budgets.limit(f"agent.memory.{phase}"), measured.of("agent.memory"), percent),
        _row(budgets.limit(f"pipeline.cpu.{phase}"), [total(measured.of("pipeline.cpu"))], percent),
        _row(budgets.limit(f"pipeline.memory.{phase}"), measured.of("pipeline.memory"), percent),
        _row(budgets.limit(f"node.cpu.{phase}"), measured.of("node.cpu"), percent),
    ]
    for part in PARTS:
        shares = [_share(one, memory_limit(spec, part)) for one in measured.of(f"{part}.memory")]
        found.append(_row(budgets.limit(f"{part}.memory_of_limit"), shares, percent))
    return [row for row in found if row is not None]


def _row(budget: Budget, of: Sequence[Series], percent: float) -> Row | None:
    """None without a single value: what is missing fails by its own sentence."""
    ranked = [(one.percentile(percent), one) for one in of if one.values]
    if not ranked:
        return None
    value, worst = max(ranked, key=lambda pair: pair[0])
    who = worst.about.get("pod") or worst.about.get("node", "")
    of_whom = f"{who} on {worst.about['node']}" if "pod" in worst.about else who
    return Row(budget.key, of_whom, value, budget.amount, worst.unit, budget.because, budget.place)


def total(of: Sequence[Series]) -> Series:
    """Of all pods together, sample by sample, as far as all have one."""
    values = tuple(sum(each) for each in zip(*(one.values for one in of), strict=False))
    at = of[0].at[: len(values)] if of else ()
    return Series("pipeline.cpu", "cores", values, at, {"node": f"all {len(of)} pods"})


def _share(one: Series, limit: float) -> Series:
    values = tuple(value / limit for value in one.values)
    return Series(one.name, "share", values, one.at, one.about)


def memory_limit(spec: Mapping[str, Any], part: str) -> float:
    """Bytes, as the FlowCollector has it."""
    found: Any = spec
    for name in (*SETTINGS[part], "resources", "limits"):
        found = (found or {}).get(name)
    return amount((found or {}).get("memory", DEFAULT_LIMIT))


def verdict(measured: Measured, found: Sequence[Row]) -> Verdict:
    """A missing sample fails: nobody knows what it hides."""
    if measured.missing:
        told = "; ".join(measured.missing)
        told += "".join(f"; meanwhile {each}" for each in measured.disturbed)
        return unmet(f"samples are missing, which counts as over budget: {told}", table(found))
    if not found:
        return unmet("nothing was measured")
    over = [row for row in found if not row.met]
    if over:
        return unmet("; ".join(row.said() for row in over), table(found))
    return met(f"{len(found)} costs are within their budgets")


def agreement(measured: Measured, tolerance: float) -> Verdict:
    """Metrics-server's cores of each agent beside those that its own process counts."""
    told = [
        (one.about["pod"], sum(one.values) / len(one.values), measured.own[one.about["pod"]])
        for one in measured.of("agent.cpu")
        if one.values and one.about["pod"] in measured.own
    ]
    if not told:
        return unmet("no agent has both samples and a count of its own: nothing can be compared")
    who, ours, own = max(told, key=lambda one: abs(one[1] - one[2]))
    said = f"agent {who} uses {shown(ours, 'cores')} by metrics.k8s.io and {shown(own, 'cores')} "
    said += "by its own process_cpu_seconds_total"
    apart = abs(ours - own)
    near = apart <= max(SMALL, tolerance * max(ours, own))
    return met(said) if near else unmet(f"{said}, expected within {tolerance:.0%}")


def growth(measured: Measured, name: str, at_most: float) -> Verdict:
    """Of each series the mean of its last two values against that of its first two."""
    told = list(_grown(measured.of(name)))
    if not told:
        return unmet(f"no {name} has the four samples that growth takes")
    who, first, last = max(told, key=lambda one: one[2] / one[1])
    grown = last / first - 1
    said = f"{name} of {who} went from {shown(first, 'bytes')} to {shown(last, 'bytes')}"
    said += f" ({grown:+.1%}) in {measured.seconds:.0f} s"
    return met(said) if grown <= at_most else unmet(f"{said}, expected {at_most:.0%} at most")


def _grown(of: Sequence[Series]) -> Iterator[tuple[str, float, float]]:
    for one in of:
        if len(one.values) >= 4:
            yield one.about["pod"], sum(one.values[:2]) / 2, sum(one.values[-2:]) / 2


def table(found: Sequence[Row], *, sources: bool = False) -> str:
    """Markdown; `sources` says where each limit comes from."""
    lines = [["budget", "of", "measured", "at most", "within", *(["source"] if sources else [])]]
    for row in found:
        values = shown(row.measured, row.unit), shown(row.limit, row.unit)
        cells = [row.key, row.who, *values, "yes" if row.met else "**no**"]
        lines.append([*cells, *([row.because] if sources else [])])
    return markdown(lines)


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """A table; the first line is its head."""
    ruled = [lines[0], ["---"] * len(lines[0]), *lines[1:]]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in ruled)
