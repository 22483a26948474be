"""Simulated clusters are not held up by full collections, and the process gets them back."""

from __future__ import annotations

import gc

from simulation import pauses


def test_none_while_any_cluster_runs_and_as_before_afterwards() -> None:
    before = gc.get_threshold()
    first, second = pauses.none(), pauses.none()
    with first:
        second.__enter__()
        assert gc.get_threshold() == (*before[:2], pauses.NEVER)
    assert gc.get_threshold()[2] == pauses.NEVER
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before
