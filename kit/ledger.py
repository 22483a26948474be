"""What a run has measured, kept in a folder that all its processes see; joined at its end.

`budget.json` of a scenario and each entry of the run's `budget.json` have this shape:

    kind, version   "ResourceBudget", "v1"
    scenario, phase title, and baseline, rest, light, heavy; "no feature" or one's name
    configuration   of the FlowCollector, in words
    percentile      by nearest rank, of each series
    seconds, calls  how long it was measured, and with how many API calls
    traffic         {"asked": text, "made": connections}, or null
    rows            [{key, who, measured, limit, unit, because, place, met}]
    series          [{name, unit, about: {pod, node}, values, at}], see kit.series
    values          of single features alone: {agent.cpu, agent.memory, pipeline.cpu, flows, loki}
    missing         sentences about samples that never came
    disturbed       sentences about restarts, kills, evictions and dropped flows
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kit.files import write_whole

Document = dict[str, Any]
HEAD: Document = {"kind": "ResourceBudget", "version": "v1"}


@dataclass(frozen=True)
class Ledger:
    """One file for each phase; the latest of a phase counts."""

    directory: Path

    def put(self, document: Document) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        name = str(document["phase"]).replace(" ", "-").lower()
        write_whole(self.directory / f"{name}.json", json.dumps(document))

    def identify(self, cluster: str, versions: dict[str, str]) -> None:
        """Whose costs these are."""
        told = json.dumps({"cluster": cluster, "versions": versions})
        write_whole(self.directory / "identity", told)

    def identity(self) -> tuple[str, dict[str, str]]:
        told = json.loads((self.directory / "identity").read_text())
        return told["cluster"], told["versions"]

    def over(self, scenario: str) -> None:
        """This scenario will measure no more, however it has ended."""
        name = sha256(scenario.encode()).hexdigest()
        write_whole(self.directory / f"{name}.over", "")

    def is_over(self, scenario: str) -> bool:
        name = sha256(scenario.encode()).hexdigest()
        return (self.directory / f"{name}.over").exists()

    def get(self, phase: str) -> Document | None:
        file = self.directory / f"{phase.replace(' ', '-').lower()}.json"
        found: Document | None = json.loads(file.read_text()) if file.exists() else None
        return found

    def all(self) -> list[Document]:
        return [json.loads(file.read_text()) for file in sorted(self.directory.glob("*.json"))]

    def costs(self) -> dict[str, float]:
        """The measured value of each key, in base units; the highest of those of several phases."""
        found: dict[str, float] = {}
        for row in (row for one in self.all() for row in one["rows"]):
            found[row["key"]] = max(found.get(row["key"], 0.0), float(row["measured"]))
        return found
