"""The simulated API server answers as a real one did (kube-apiserver 1.36.2), word for word.

With KUBECONFIG_REAL naming a real one, it is asked as well, so that the recording stays true.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.connection import Connection
from kit.kubeconfig import load
from selftest.api_stage import api_stage
from selftest.contract.api_asking import Asking
from selftest.contract.api_cases import Case, answers
from selftest.contract.api_recording import CASES

REAL = os.environ.get("KUBECONFIG_REAL", "")
RECORDED = answers()
SERVERS = [
    "simulated",
    pytest.param(
        "real",
        marks=pytest.mark.skipif(not REAL, reason="KUBECONFIG_REAL names no kubeconfig"),
    ),
]


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Asking]:
    if request.param == "real":
        asking = Asking(Connection(load(Path(REAL)), "selftest/1", tries=0))
        asking.prepare()
        yield asking
        asking.clear()
        return
    with api_stage(tmp_path_factory.mktemp("api")) as stage:
        asking = Asking(stage.connection())
        asking.prepare()
        yield asking


def test_every_case_is_recorded_once() -> None:
    assert sorted(RECORDED) == sorted(case.name for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_answers_as_the_real_one_did(server: Asking, case: Case) -> None:
    assert server.put(case) == RECORDED[case.name]
