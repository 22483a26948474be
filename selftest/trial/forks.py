"""Runs pytest in forks of one process that has loaded our code and the libraries already.

A trial begins some hundred runs, and each would take 1.2 s of a processor to import them.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["selftest.trial.loaded"])
_QUICK = ("--assert=plain", "-p", "no:cacheprovider", "-p", "no:unraisableexception")


def pytest_in_fork(
    arguments: Sequence[str], told: Path, environment: Mapping[str, str], longest: float
) -> int | None:
    """The exit code; None when it was not over after so many seconds. `told` gets its output."""
    work = (tuple(arguments), told, dict(environment))
    process = _CONTEXT.Process(target=_pytest, args=work)
    process.start()
    process.join(longest)
    if process.is_alive():
        process.kill()
        process.join()
        return None
    return process.exitcode


def _pytest(arguments: tuple[str, ...], told: Path, environment: dict[str, str]) -> None:
    with told.open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    os.environ.update(environment)
    sys.argv = ["pytest", *_QUICK, *arguments]
    sys.exit(int(pytest.main(sys.argv[1:])))
