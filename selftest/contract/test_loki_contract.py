"""The simulated Loki answers as a real one did, and, with LOKI_REAL=URL, as one does now."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import pytest

from selftest.contract.loki_asking import Asking, real, simulated
from selftest.contract.loki_cases import CASES, Case
from selftest.contract.loki_entries import PUSHES, Push
from selftest.contract.loki_recording import FILE, recent_base
from simulation.loki import LokiServer, LokiStore

RECORDED: dict[str, Any] = json.loads(FILE.read_text())
URL = os.environ.get("LOKI_REAL", "")
needs_real = pytest.mark.skipif(not URL, reason="LOKI_REAL names no Loki")
NO_CASE: tuple[Any, ...] = ()


def simulation_at(now_ns: int) -> Asking:
    def now() -> float:
        return now_ns / 10**9

    return Asking(simulated(LokiServer(LokiStore(now), now)), recent_base(now_ns))


@pytest.fixture(scope="module")
def ours() -> Asking:
    loki = simulation_at(RECORDED["now_ns"])
    loki.fill()
    return loki


@pytest.fixture(scope="module")
def pair() -> tuple[Asking, Asking]:
    now_ns = time.time_ns()
    lokis = simulation_at(now_ns), Asking(real(URL), recent_base(now_ns))
    for loki in lokis:
        loki.fill()
    return lokis


def test_every_question_was_recorded() -> None:
    assert {case.name for case in CASES} == set(RECORDED["answers"])
    assert {case.name for case in PUSHES} == set(RECORDED["pushes"])
    assert len(CASES) == len(RECORDED["answers"]) > 250


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_answers_as_recorded(ours: Asking, case: Case) -> None:
    assert list(ours.answer(case)) == RECORDED["answers"][case.name]


def test_pushes_as_recorded() -> None:
    """In one go: whether an entry is late depends on those before it."""
    loki = simulation_at(RECORDED["now_ns"])
    answers = {case.name: list(loki.push(case, RECORDED["now_ns"])) for case in PUSHES}
    assert answers == RECORDED["pushes"]


@needs_real
@pytest.mark.parametrize("case", CASES if URL else NO_CASE, ids=lambda case: case.name)
def test_answers_as_the_real_one(pair: tuple[Asking, Asking], case: Case) -> None:
    simulation, loki = pair
    assert simulation.answer(case) == loki.answer(case)


@needs_real
@pytest.mark.parametrize("case", PUSHES if URL else NO_CASE, ids=lambda case: case.name)
def test_pushes_as_the_real_one(pair: tuple[Asking, Asking], case: Push) -> None:
    simulation, loki = pair
    now_ns = time.time_ns()
    assert simulation.push(case, now_ns) == loki.push(case, now_ns)
