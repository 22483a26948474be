"""The pictures of one run: each of them drawn, or a sentence that says why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.deltas import NONE, summary
from kit.pictures.bars import Bar, bars
from kit.pictures.phases import Phase, over_time
from kit.pictures.spread import Group, spread
from kit.results import Run
from kit.round_trips import joined
from kit.series import series

Document = Mapping[str, Any]
ROUND_TRIPS, MAPS = "round trips", "memory by map"
PHASES = ("baseline", "rest", "light", "heavy")
MEASURES = {
    "agent.cpu": "Processor time of each agent",
    "agent.memory": "Memory of each agent",
    "pipeline.memory": "Memory of each flowlogs-pipeline pod",
    "node.cpu": "Processor time of each node",
}
DELTAS = {
    "agent.cpu": ("What each feature adds to an agent's processor time", "cores"),
    "agent.memory": ("What each feature adds to an agent's memory", "bytes"),
    "pipeline.cpu": ("What each feature adds to flowlogs-pipeline's processor time", "cores"),
    "pipeline.memory": ("What each feature adds to the memory of a flowlogs-pipeline pod", "bytes"),
}
AMOUNTS = {
    "flows": ("Flows that agents export in a second", ""),
    "loki": ("Bytes that go to Loki in a second", "bytes"),
}


@dataclass(frozen=True)
class Picture:
    """`svg` is empty where the run has nothing to show; `says` is its caption, or why not.

    A `table` stands in the place of a picture: a head, and rows of texts.
    """

    name: str
    says: str
    svg: str = ""
    table: Sequence[Sequence[str]] = ()


def pictures(run: Run, documents: Sequence[Document]) -> list[Picture]:
    """In the order in which a reader asks."""
    return [
        _latencies(run),
        _round_trips(run),
        *_budgets(documents),
        *_deltas(documents),
        *_beside_each_other(documents),
        *_maps(documents),
    ]


def of_budget(document: Document) -> list[Picture]:
    """What one scenario has measured, for that scenario; nothing where there is no sample."""
    return [one for one in (*_budgets([document]), *_deltas([document])) if one.svg]


def of_maps(told: Sequence[Document]) -> list[Picture]:
    """Memory by map, from series in their plain form."""
    return [_by_map(told)] if told else []


def _latencies(run: Run) -> Picture:
    name = "How soon a flow is seen"
    groups = [
        Group(feature, tuple(s for one in results for s in one.latencies if s > 0))
        for feature, results in run.by_feature().items()
    ]
    groups = [group for group in groups if group.values]
    if not groups:
        return Picture(name, "No scenario of this run has waited for a flow.")
    says = (
        "From the end of the traffic to the flow in Loki, one dot a scenario, in the cluster's own "
        "seconds. The pipeline itself needs up to cacheActiveTimeout and a batch."
    )
    return Picture(name, says, spread(name, groups, "seconds", says))


def _round_trips(run: Run) -> Picture:
    name = "Round-trip times"
    values = joined(_of(run, ROUND_TRIPS))
    groups = [Group(way, found) for way, found in values.items() if found]
    if not groups:
        return Picture(name, "No flow that this run has read holds a round-trip time.")
    silent = [way for way, found in values.items() if not found]
    says = "TimeFlowRttNs of every flow that scenarios have read: the greatest of each flow."
    says += f" None was seen {' or '.join(silent)}." if silent else ""
    return Picture(name, says, spread(name, groups, "seconds", says))


def _budgets(documents: Sequence[Document]) -> Iterable[Picture]:
    measured = [one for one in documents if one["phase"] in PHASES and one["series"]]
    if not measured:
        yield Picture("Resource use over time", "This run has measured no budget.")
        return
    for measure, name in MEASURES.items():
        phases = [phase for one in measured if (phase := _phase(one, measure)).series]
        if not phases:
            yield Picture(name, "This run has no sample of it.")
            continue
        says = "The highest is drawn in colour; dashed is the budget of its phase."
        yield Picture(name, says, over_time(name, phases, says))


def _phase(document: Document, measure: str) -> Phase:
    found = [series(one) for one in document["series"] if one["name"] == measure]
    key = f"{measure}.{document['phase']}"
    limits = [row["limit"] for row in document["rows"] if row["key"] == key]
    limit = float(limits[0]) if limits else None
    return Phase(document["phase"], tuple(one for one in found if one.values), limit)


def _deltas(documents: Sequence[Document]) -> Iterable[Picture]:
    found = [row for one in documents for row in one["rows"] if row["key"].startswith("delta.")]
    if not found:
        says = "This run has not measured features one by one: make deltas does."
        yield Picture("What each feature costs", says)
        return
    for measure, (name, unit) in DELTAS.items():
        rows = [
            Bar(row["key"].split(".")[1], float(row["measured"]), float(row["limit"]))
            for row in found
            if row["key"].endswith(f".{measure}")
        ]
        says = "Each feature alone, above a collection without any, under the same traffic."
        yield _barred(name, rows, unit, says)


def _beside_each_other(documents: Sequence[Document]) -> Iterable[Picture]:
    """What only all of them together tell; nothing where none was measured."""
    known = [one for one in documents if "values" in one]
    known.sort(key=lambda one: one["phase"] != NONE)
    if not known:
        return
    for measure, (name, unit) in AMOUNTS.items():
        values = [(str(one["phase"]), one["values"][measure]) for one in known]
        rows = [Bar(phase, float(value)) for phase, value in values if value is not None]
        yield _barred(name, rows, unit, "Each feature alone, and none, under the same traffic.")
    says = "Medians over the samples, means over the pods; a difference has its sign."
    yield Picture("What each feature costs", says, table=summary(known))


def _barred(name: str, rows: Sequence[Bar], unit: str, says: str) -> Picture:
    if not rows:
        return Picture(name, "This run has no sample of it.")
    return Picture(name, says, bars(name, rows, unit, says))


def _maps(documents: Sequence[Document]) -> Iterable[Picture]:
    """Of the node whose maps take most; the others differ by their flows alone."""
    told = [one for each in documents for one in each["series"] if one["name"] == MAPS]
    if not told:
        says = "This run has not looked into the kernels: --allow-privileged lets it."
        yield Picture("Memory by eBPF map", says)
        return
    yield _by_map(told)


def _by_map(told: Sequence[Document]) -> Picture:
    by_node: dict[str, dict[str, float]] = {}
    for one in (series(each) for each in told):
        maps = by_node.setdefault(one.about["node"], {})
        maps[one.about["map"]] = maps.get(one.about["map"], 0.0) + one.values[-1]
    node, maps = max(by_node.items(), key=lambda pair: sum(pair[1].values()))
    rows = [Bar(label, size) for label, size in sorted(maps.items(), key=lambda pair: -pair[1])]
    name = f"Memory by eBPF map on {node}"
    says = f"{len(rows)} maps, as the kernel accounts for them (memlock), largest first."
    return Picture(name, says, bars(name, rows, "bytes", says))


def _of(run: Run, what: str) -> Iterable[Any]:
    return (one["told"] for one in run.measured if one["what"] == what)
