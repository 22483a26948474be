"""One kill -9, then `restore` and `cleanup`; what the cluster is like after them."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import kit.__main__ as commands
from kit.cleanup import NOTHING
from selftest.kills.cluster import ROOT, Served
from selftest.kills.plan import Kill
from selftest.suite_aside import command

JUDGED = (0, 1, 10)
"""A busy machine may cost a verdict, which is not what is on trial here."""

WORKERS_GONE = 30.0
"""Seconds that workers without their controller get to notice."""


@dataclass(frozen=True)
class Outcome:
    """`trouble` is why the cluster is not as it was; `when` says what the kill met."""

    kill: Kill
    when: str
    seconds: float
    trouble: tuple[str, ...]


@dataclass(frozen=True)
class Length:
    """Seconds until such a run first touches the cluster, and from there to its end."""

    start: float
    rest: float


def measure(served: Served, kill: Kill, output: Path) -> Length:
    """Of a run that nobody kills, whatever its verdicts; RuntimeError when it leaves something."""
    began = time.monotonic()
    run = _begin(served, kill, output)
    _await_touch(served, run)
    touched = time.monotonic()
    if run.wait() not in JUDGED:
        raise RuntimeError(f"without a kill: {kill.said()}, exit {run.returncode}")
    return Length(touched - began, time.monotonic() - touched)


def strike(served: Served, kill: Kill, length: Length, output: Path) -> Outcome:
    began = time.monotonic()
    run = _begin(served, kill, output)
    if not kill.early:
        _await_touch(served, run)
    try:
        run.wait(kill.share * (length.start if kill.early else length.rest))
        when = "had ended by itself"
    except subprocess.TimeoutExpired:
        _kill(run, kill.alone)
        when = "held the FlowCollector" if served.remembers() else "did not hold the FlowCollector"
    finally:
        _end_group(run.pid)
    trouble = (*_tidy(served, "restore"), *_tidy(served, "cleanup"), *served.differences())
    again = _said(served, "cleanup")
    if NOTHING not in again[1]:
        trouble = (*trouble, f"a second cleanup found more: {again[1]}")
    return Outcome(kill, when, time.monotonic() - began, trouble)


def _begin(served: Served, kill: Kill, output: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(served.kubeconfig, output, *kill.arguments()),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _await_touch(served: Served, run: subprocess.Popen[bytes]) -> None:
    """The Lease is the first thing that a run makes."""
    while run.poll() is None and not served.remembers():
        time.sleep(0.03)


def _kill(run: subprocess.Popen[bytes], alone: bool) -> None:
    if alone:
        run.kill()
    else:
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    _await_workers(run.pid)


def _await_workers(group: int) -> None:
    """Those that outlive their controller end by themselves."""
    end = time.monotonic() + WORKERS_GONE
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _tidy(served: Served, what: str) -> tuple[str, ...]:
    code, said = _said(served, what)
    return (f"{what} ended with {code}: {said}",) if code else ()


def _said(served: Served, what: str) -> tuple[int, str]:
    """As `python -m kit`, without the second that its start takes."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = commands.main([what, "--kubeconfig", str(served.kubeconfig)])
    return code, said.getvalue().strip()
