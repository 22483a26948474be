"""A pytest plugin: asks of every claim about flows whether it would have noticed each mutant.

An honest run is enough: what a claim has judged is judged once more with one field wrong, less what
Loki would no longer find by the labels that were asked for. A claim that is content has overlooked
the mutant; whoever is not has killed it. What the schema of records refuses is killed by
its scenario. Written to `examination.json` at the end.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from catalog.fields import FIELDS
from catalog.kinds import Field
from fixtures.gherkin import title_of
from kit.flows import Witness
from kit.logql import Query
from kit.loki import Flow, Loki
from kit.schema import complaints
from kit.testimony import ANY
from kit.verdict import Verdict
from kit.wait import Waiting
from selftest.trial.mutants import MUTATIONS, Around, Mutation, name

ENOUGH = 3
"""Killers noted for a mutant; to look for more would only cost time."""
MOST_VALUES = 8

Judge = Callable[[Any], Verdict]


class Examination:
    """What has been killed by whom, over a run in one process."""

    def __init__(self) -> None:
        self.scenario = ""
        self.schema = ""
        self.applied: set[str] = set()
        self.killers: dict[str, list[str]] = defaultdict(list)
        self.values: dict[str, list[Any]] = defaultdict(list)
        self.flows: dict[str, list[Flow]] = defaultdict(list)
        self.witnesses: dict[str, list[Witness]] = defaultdict(list)
        self.judged: list[tuple[str, Judge, list[Flow]]] = []

    def hear(self, seen: object, judge: Judge) -> None:
        """Note what a claim was content with."""
        flows = [flow for flow in seen if isinstance(flow, Flow)] if isinstance(seen, list) else []
        if not flows or not self.scenario:
            return
        self.judged.append((self.scenario, judge, flows))
        for flow in flows:
            for key, value in flow.items():
                if value not in self.values[key] and len(self.values[key]) < MOST_VALUES:
                    self.values[key].append(value)

    def all(self) -> None:
        """At the end of the run, when all flows of its traffic have arrived."""
        for scenario, witnesses in list(self.witnesses.items()):
            once = {witness.traffic.client.name: witness for witness in witnesses}
            for witness in once.values():
                self.flows[scenario] += witness.flows(ANY)
        for field in FIELDS:
            for mutation in MUTATIONS:
                self._one(field, mutation)

    def _one(self, field: Field, mutation: Mutation) -> None:
        mutant = f"{field.key} {name(mutation)}"
        for scenario, judge, flows in self.judged:
            if len(self.killers[mutant]) >= ENOUGH:
                return
            around = Around(self.flows[scenario], self.values[field.key])
            wrong = mutation(field, flows, around)
            if wrong is None:
                continue
            self.applied.add(mutant)
            for killer in self._killers(scenario, judge, wrong):
                if killer not in self.killers[mutant]:
                    self.killers[mutant].append(killer)

    def _killers(self, scenario: str, judge: Judge, wrong: Sequence[Flow]) -> Iterator[str]:
        if not _content(judge, [flow for flow in wrong if _found(flow)]):
            yield scenario
        if any(True for flow in wrong for _ in complaints(flow)):
            yield self.schema

    def told(self) -> dict[str, list[str]]:
        """Mutants that could be made, and who has killed each."""
        return {mutant: self.killers[mutant] for mutant in sorted(self.applied)}


def _content(judge: Judge, flows: Sequence[Flow]) -> bool:
    try:
        return judge(list(flows)).met
    except Exception:  # whatever a claim raises over wrong records, it does not pass
        return False


def _found(flow: Flow) -> bool:
    """Whether the labels still are those that Loki was asked for; only plain ones are looked at."""
    matched = (MATCHER.fullmatch(matcher) for matcher in flow.__dict__["asked"])
    wanted = {found[1]: json.loads(found[2]) for found in matched if found}
    return all(flow.labels.get(name, "") == text for name, text in wanted.items())


EXAMINATION = Examination()
MATCHER = re.compile(r"(\w+)=(\".*\")")


def pytest_collection_finish(session: pytest.Session) -> None:
    for item in session.items:
        if "Every record of the run fits" in item.name or "flow_schema" in item.nodeid:
            EXAMINATION.schema = title_of(item)
    _listen("eventually")
    _listen("steadily")
    _note_what_is_asked()
    _see_both_directions()


def pytest_runtest_setup(item: pytest.Item) -> None:
    EXAMINATION.scenario = title_of(item)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    EXAMINATION.scenario = ""
    EXAMINATION.all()
    output: Path = session.config.rootpath / session.config.getoption("--output")
    (output / "examination.json").write_text(json.dumps(EXAMINATION.told(), indent=1))


def _listen(method: str) -> None:
    plain = getattr(Waiting, method)

    def listening(self: Waiting, look: Any, judge: Judge, **how: Any) -> Any:
        seen = plain(self, look, judge, **how)
        EXAMINATION.hear(seen, judge)
        return seen

    setattr(Waiting, method, listening)


def _see_both_directions() -> None:
    """A claim asks for its own direction; a value on the wrong record may come from the other."""
    plain = Witness.flows

    def looking(self: Witness, path: Any) -> list[Flow]:
        EXAMINATION.witnesses[EXAMINATION.scenario].append(self)
        return plain(self, path)

    Witness.flows = looking  # type: ignore[method-assign]  # for this run alone


def _note_what_is_asked() -> None:
    plain = Loki.flows

    def noting(self: Loki, query: Query, *window: Any) -> list[Flow]:
        flows = plain(self, query, *window)
        for flow in flows:
            flow.__dict__.update(asked=query.matchers)
        return flows

    Loki.flows = noting  # type: ignore[method-assign]  # for this run alone
