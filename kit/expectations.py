"""What is claimed of the flows of some traffic, with a quantifier: some, every, no, together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.fields import LABELS
from kit.cells import MISSING, Cell
from kit.loki import Flow as LokiFlow
from kit.misses import Look, nearest_misses
from kit.paths import Path
from kit.traffic import Traffic
from kit.verdict import Verdict, met, unmet

Flow = Mapping[str, object]
NO_MAC = "00:00:00:00:00:00"


def is_partial(flow: Flow) -> bool:
    """Built from a feature's own map alone, since its main entry had gone before (agent tracer)."""
    return flow.get("DstMac") == NO_MAC or "Bytes" not in flow


@dataclass(frozen=True)
class Claim:
    """A path of some traffic and what its flows must hold."""

    traffic: Traffic
    path: Path
    cells: Sequence[Cell] = ()

    def looks(self, flows: Sequence[Flow]) -> list[Look]:
        facts = self.traffic.facts()
        return [self._look(flow, facts) for flow in flows]

    def _look(self, flow: Flow, facts: Mapping[str, object]) -> Look:
        astray = self.path.complaint(dict(flow), self.traffic)
        return Look(flow, astray, complaints(flow, self.cells, facts))


class SomeFlow(Claim):
    """At least one flow on the path meets every cell at once."""

    def judge(self, flows: Sequence[Flow]) -> Verdict:
        looks = self.looks(flows)
        hits = [look for look in looks if look.hit]
        if hits:
            return met(f"{len(hits)} of {len(flows)} flows {self.path.text} show it")
        return unmet(_summary(looks, self.path), nearest_misses(looks))

    def matched(self, flows: Sequence[Flow]) -> list[Flow]:
        return [look.flow for look in self.looks(flows) if look.hit]


class EveryFlow(Claim):
    """There is a flow on the path, and none of them breaks a cell.

    A partial record is asked for absence only, since it never had what an ordinary record holds;
    nor is it a flow whose mere existence could prove anything else.
    """

    def judge(self, flows: Sequence[Flow]) -> Verdict:
        looks = [look for look in self.looks(flows) if look.astray is None]
        of_absence = all(cell.of_absence for cell in self.cells)
        if not any(of_absence or not is_partial(look.flow) for look in looks):
            return unmet(f"no flow {self.path.text} among {len(flows)}")
        broken = [look for look in looks if not look.hit]
        if broken:
            said = f"{len(broken)} of {len(looks)} flows {self.path.text} differ: "
            return unmet(said + broken[0].complaints[0], nearest_misses(broken))
        return met(f"all {len(looks)} flows {self.path.text} show it")

    def _look(self, flow: Flow, facts: Mapping[str, object]) -> Look:
        asked = [cell for cell in self.cells if cell.of_absence or not is_partial(flow)]
        astray = self.path.complaint(dict(flow), self.traffic)
        return Look(flow, astray, complaints(flow, asked, facts))


class NoFlow(Claim):
    """Other flows of the client are there, and none on the path meets the cells."""

    def judge(self, flows: Sequence[Flow]) -> Verdict:
        if not flows:
            return unmet("no flow of the client is there, so that nothing is proven")
        hits = [look for look in self.looks(flows) if look.hit]
        if hits:
            said = f"{len(hits)} flows {self.path.text}{self._shown(hits[0])}, expected none"
            return unmet(said, nearest_misses(hits))
        return met(f"none of {len(flows)} flows is {self.path.text}")

    def _shown(self, look: Look) -> str:
        """What must not be there, as the first flow that has it shows it."""
        told = [f"{c.field.phrase} {look.flow.get(c.field.key)!r}" for c in self.cells]
        return f" show {', '.join(told)}" if told else ""


class Silence(Claim):
    """No flow of the client is there: proves something only beside other traffic's flows."""

    def judge(self, flows: Sequence[Flow]) -> Verdict:
        if flows:
            said = f"{len(flows)} flows of the client are there, expected none"
            return unmet(said, nearest_misses(self.looks(flows)))
        return met("there is none")


class Together(Claim):
    """The flows on the path that one agent reports add up to what the cells say.

    A record counts once, however often the way to flowlogs-pipeline has delivered it.
    """

    def judge(self, flows: Sequence[Flow]) -> Verdict:
        looks = [look for look in self.looks(delivered_once(flows)) if look.astray is None]
        if not looks:
            return unmet(f"no flow {self.path.text} among {len(flows)}")
        wrong = {}
        for agent, sums in self._sums(looks).items():
            wrong[agent] = complaints(sums, self.cells, self.traffic.facts())
            if not wrong[agent]:
                return met(f"the flows of agent {agent} add up")
        said = "; ".join(f"at agent {agent} {'; '.join(why)}" for agent, why in wrong.items())
        return unmet(said, nearest_misses(looks))

    def _sums(self, looks: Sequence[Look]) -> dict[str, dict[str, float]]:
        sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for look in looks:
            for cell in self.cells:
                value = look.flow.get(cell.field.key, 0)
                agent = str(look.flow.get("AgentIP"))
                sums[agent][cell.field.key] += value if isinstance(value, int | float) else 0
        return sums


def delivered_once(flows: Sequence[Flow]) -> list[Flow]:
    """Each record once, which is what the agent evicted.

    An agent evicts an entry of its map once: what has the same ends, times and counts is a record
    that Kafka, or whoever else delivers at least once, has brought again. flowlogs-pipeline dates
    it anew and spells its flags in an order of chance.
    """
    found: dict[str, Flow] = {}
    for flow in flows:
        found.setdefault(_evicted(flow), flow)
    return list(found.values())


def _evicted(flow: Flow) -> str:
    flags = flow.get("Flags")
    unordered = {"Flags": sorted(map(str, flags)) if isinstance(flags, list) else flags}
    same = dict(flow) | unordered
    same.pop("TimeReceived", None)
    return repr(sorted(same.items()))


def complaints(flow: Flow, cells: Sequence[Cell], facts: Mapping[str, object]) -> tuple[str, ...]:
    """What a flow breaks of the cells."""
    found = (cell.complaint(flow.get(cell.field.key, MISSING), facts) for cell in cells)
    return tuple(complaint for complaint in found if complaint)


def labels_apart(flows: Sequence[LokiFlow]) -> Verdict:
    """Label fields are texts of the stream; a JSON line repeats none of them."""
    if not flows:
        return unmet("Loki has no flow of the client at all")
    for flow in flows:
        doubled = sorted({field.key for field in LABELS} & {*json.loads(flow.line)})
        if doubled:
            return unmet(f"the line of a flow holds {', '.join(doubled)} besides its labels")
        if "SrcK8S_Namespace" not in flow.labels and "DstK8S_Namespace" not in flow.labels:
            return unmet(f"a stream has only these labels: {', '.join(sorted(flow.labels))}")
    return met(f"{len(flows)} flows keep their labels in the stream")


def _summary(looks: Sequence[Look], path: Path) -> str:
    if not looks:
        return f"Loki has no flow {_asked(path)} at all"
    on_path = [look for look in looks if look.astray is None]
    if not on_path:
        return f"none of the {len(looks)} flows of the client is {path.text}"
    closest = min(on_path, key=lambda look: look.distance)
    return f"closest of {len(on_path)} flows {path.text}: {'; '.join(closest.complaints)}"


def _asked(path: Path) -> str:
    """What Loki was asked for: flows of that direction, whoever the other end is."""
    ends = {path.source: "from the client", path.destination: "to the client"}
    return ends.get("client", "of the client")


def every(flows: Sequence[Flow], cells: Sequence[Cell], facts: Mapping[str, object]) -> Verdict:
    """There are flows, and every one meets the cells; for flows that are nobody's traffic."""
    if not flows:
        return unmet("there are none")
    looks = [Look(flow, None, complaints(flow, cells, facts)) for flow in flows]
    broken = [look for look in looks if not look.hit]
    if broken:
        said = f"{len(broken)} of {len(looks)} flows differ: {broken[0].complaints[0]}"
        return unmet(said, nearest_misses(broken))
    return met(f"all {len(looks)} flows show it")
