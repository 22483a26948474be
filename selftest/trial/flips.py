"""A pytest plugin: every probe that ended in one way is said to have ended in another.

`FLIP="times out>is made"` names both outcomes in the words of catalog/outcomes.py. Which scenarios
have had such a probe is written to `flips-<worker>.json`: exactly those must not pass. The probe
after a rollout is told truly: it waits for new agents, for whichever scenario comes first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kit.commands
from catalog.outcomes import Outcome
from fixtures.collection import Collection
from fixtures.gherkin import title_of
from kit.commands import Ending

READERS = ("_read_curl", "_read_connect", "_read_dig")
ENVIRONMENT = "FLIP"
_FROM, _TO = (Outcome(word) for word in os.environ[ENVIRONMENT].split(">"))

flipped: set[str] = set()
scenario = ""
only_waits = False


def pytest_collection_finish() -> None:
    for name in READERS:
        setattr(kit.commands, name, _flipping(getattr(kit.commands, name)))
    Collection._first_flow = _truly(Collection._first_flow)  # type: ignore[method-assign]


def pytest_runtest_setup(item: pytest.Item) -> None:
    global scenario
    scenario = title_of(item)


def pytest_sessionfinish(session: pytest.Session) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    output: Path = session.config.rootpath / session.config.getoption("--output")
    output.mkdir(parents=True, exist_ok=True)
    (output / f"flips-{worker}.json").write_text(json.dumps(sorted(flipped)))


def _flipping(read: Callable[..., Ending]) -> Callable[..., Ending]:
    def lying(*told: Any, **how: Any) -> Ending:
        ending = read(*told, **how)
        if only_waits or ending.outcome is not _FROM:
            return ending
        flipped.add(scenario)
        return replace(ending, outcome=_TO)

    return lying


def _truly(first_flow: Callable[[Collection], None]) -> Callable[[Collection], None]:
    def waiting(collection: Collection) -> None:
        global only_waits
        only_waits = True
        try:
            first_flow(collection)
        finally:
            only_waits = False

    return waiting
