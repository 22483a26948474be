"""What a running scenario leaves for its reader: attachments, latencies, needs, left-overs.

Call these from anywhere in steps, fixtures or kit. Facts travel with the scenario's own report,
so they arrive under pytest-xdist too; nothing here writes a file except through Allure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import allure

from catalog.needs import Need
from kit.redact import capped, redacted

_KINDS = {
    "text": allure.attachment_type.TEXT,
    "json": allure.attachment_type.JSON,
    "yaml": allure.attachment_type.YAML,
    "csv": allure.attachment_type.CSV,
    "html": allure.attachment_type.HTML,
    "svg": allure.attachment_type.SVG,
    "logql": allure.attachment_type.TEXT,
}


@dataclass
class Notes:
    """Facts that wait for the next report: of the running scenario, and of the whole run."""

    scenario: dict[str, Any] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)

    def take_scenario(self) -> dict[str, Any]:
        taken, self.scenario = self.scenario, {}
        return taken

    def take_run(self) -> dict[str, Any]:
        taken, self.run = self.run, {}
        return taken


NOTES = Notes()


def attach(name: str, content: object, kind: str = "text") -> None:
    """Attach a text (or anything JSON can hold) to the step that runs; secrets hidden, 1 MiB kept.

    `kind` is one of text, json, yaml, csv, html, svg, logql.
    """
    if not isinstance(content, str):
        content, kind = json.dumps(content, indent=2, ensure_ascii=False, default=str), "json"
    allure.attach(capped(redacted(content)), name, _KINDS[kind])


def latency(seconds: float) -> None:
    """How long, in the cluster's seconds, until this scenario's flow was seen in Loki."""
    NOTES.scenario.setdefault("latencies", []).append(round(float(seconds), 3))


def fact(name: str, value: object) -> None:
    """Any other fact about the running scenario; it is shown in the conformance report."""
    NOTES.scenario.setdefault("facts", {})[name] = redacted(str(value))


def need(which: Need | str, met: bool, how: str, state: str = "") -> None:
    """Whether the cluster meets a need, and how we know; `state` also tells "no" from "unknown"."""
    name = which.name if isinstance(which, Need) else which
    found = {"met": bool(met), "state": state or ("supported" if met else "unsupported")}
    NOTES.run.setdefault("needs", {})[name] = {**found, "how": redacted(how)}


def about(what: str, state: str, how: str) -> None:
    """A fact about the cluster that no scenario needs by itself: its versions, its nodes."""
    found = {"state": state, "how": redacted(how)}
    NOTES.run.setdefault("surroundings", {})[what] = found


def environment(**facts: object) -> None:
    """Facts about the cluster under test: versions, nodes, FlowCollector settings, Loki's place."""
    kept = {name: redacted(str(value)) for name, value in facts.items()}
    NOTES.run.setdefault("environment", {}).update(kept)


def schema(told: dict[str, Any]) -> None:
    """What this process has seen of the shape of flow records: kit.schema.Schema.told()."""
    NOTES.run.setdefault("schema", []).append(told)


@contextmanager
def if_possible(what: str) -> Iterator[None]:
    """A report that cannot be written, for want of room or rights, is told and ends nothing."""
    try:
        yield
    except OSError as error:
        NOTES.run.setdefault("unwritten", {})[what] = error.strerror or str(error)


def measured(what: str, told: Any) -> None:
    """Plain data of the run as a whole that is drawn at its end: see kit.pictures.measured."""
    NOTES.run.setdefault("measured", []).append({"what": what, "told": told})


def left_over(what: str) -> None:
    """Something of ours that is still on the cluster and should not be (exit 11)."""
    NOTES.run.setdefault("left_overs", []).append(redacted(what))
