"""The conformance report: one document that says what holds on this cluster, and how we know.

Who feeds it: steps and fixtures call `kit.evidence`; the pytest plugins of `fixtures/` gather the
results of all workers in one `kit.results.Run`. The controller alone writes, each file at once.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from catalog.features import BY_NAME
from catalog.needs import Need
from kit.files import write_whole
from kit.profiles import flow_schema, profile, statistics, verdict
from kit.redact import redacted_tree
from kit.results import Result, Run, latencies

PROFILES = ("core", "extended")


@dataclass(frozen=True)
class Frame:
    """What surrounds the results: when, how started, with which suite, and how it ended."""

    started: str
    seconds: float
    command: str
    suite: dict[str, str]
    options: dict[str, Any]
    exit_code: int
    complete: bool


def document(run: Run, frame: Frame) -> dict[str, Any]:
    """The whole report as plain data."""
    return {
        "kind": "ConformanceReport",
        "version": "v1",
        "verdict": verdict(run, frame.complete),
        "implementation": dict(sorted(run.environment.items())),
        "suite": frame.suite,
        "run": {
            "started": frame.started,
            "seconds": round(frame.seconds, 1),
            "options": frame.options,
            "reproduce": frame.command,
            "complete": frame.complete,
            "exitCode": frame.exit_code,
            **({"trouble": run.trouble} if run.trouble else {}),
        },
        "cluster": [{"what": what, **found} for what, found in sorted(run.surroundings.items())],
        "needs": [_need(name, found) for name, found in sorted(run.needs.items())],
        "statistics": statistics(list(run.results.values())),
        "profiles": {name: profile(_tagged(run, name)) for name in PROFILES},
        "collectorFeatures": _collector_features(run),
        "flowSchema": flow_schema(run),
        **_memory(run),
        "features": [_feature(name, results) for name, results in run.by_feature().items()],
        "leftOvers": run.left_overs,
    }


def write(directory: Path, report: dict[str, Any]) -> None:
    """conformance.yaml and conformance.json, without secrets, each whole or not at all."""
    clean = redacted_tree(report)
    text = json.dumps(clean, indent=2, ensure_ascii=False)
    write_whole(directory / "conformance.json", text + "\n")
    readable = yaml.safe_dump(clean, sort_keys=False, allow_unicode=True, width=100)
    write_whole(directory / "conformance.yaml", readable)


def _tagged(run: Run, tag: str) -> list[Result]:
    return [result for result in run.results.values() if tag in result.tags]


def _need(name: str, found: dict[str, Any]) -> dict[str, Any]:
    says = Need[name].value if name in Need.__members__ else name
    return {"need": name, "says": says, **found}


def _collector_features(run: Run) -> dict[str, list[Any]]:
    """What the FlowCollector's schema offers, and why the rest is not offered."""
    known = {name: found for name, found in run.needs.items() if name in BY_NAME}
    return {
        "supported": sorted(name for name, found in known.items() if found["met"]),
        "unsupported": [
            {"feature": name, "state": found["state"], "how": found["how"]}
            for name, found in sorted(known.items())
            if not found["met"]
        ],
    }


def _memory(run: Run) -> dict[str, Any]:
    """Against the nights before, and what is known to fail; left out where there is nothing."""
    known = {one.title: one.quarantine for one in run.results.values() if one.quarantine}
    nights = {"compared": run.nights, "changes": [asdict(change) for change in run.changes]}
    return {
        **({"nights": nights} if run.nights else {}),
        **({"quarantined": known} if known else {}),
        **({"quarantineExpired": run.expired} if run.expired else {}),
    }


def _feature(name: str, results: list[Result]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "feature": name,
        "file": results[0].file,
        "statistics": statistics(results),
    }
    if measured := latencies(results):
        entry["detectionLatencySeconds"] = measured
    entry["scenarios"] = [_scenario(result) for result in results]
    return entry


def _scenario(result: Result) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "scenario": result.title,
        "verdict": result.ending.value,
        "seconds": round(result.seconds, 2),
    }
    if result.reason:
        entry["reason"] = result.reason
    if result.latencies:
        entry["detectionLatencySeconds"] = result.latencies
    if result.facts:
        entry["facts"] = result.facts
    return entry
