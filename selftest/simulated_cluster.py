"""A simulated cluster for all tests of one file, known by its kubeconfig as users know one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation import Simulation


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    simulation = Simulation(seed=1, directory=tmp_path_factory.mktemp("cluster"))
    try:
        yield simulation.start()
    finally:
        simulation.stop()
