"""A process is known again by its mark, and its death is seen on this machine alone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kit import presence
from kit.presence import is_alive, mark

PRINTED = "from kit.presence import mark; print(mark())"

on_linux = pytest.mark.skipif(not presence.PROC.is_dir(), reason="needs /proc")


@on_linux
def test_the_living_are_alive():
    assert mark().split("/")[1] == str(os.getpid())
    assert is_alive(mark()) is True


@on_linux
def test_who_has_ended_is_gone_even_before_anybody_has_waited_for_it():
    with subprocess.Popen([sys.executable, "-c", PRINTED], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        told = child.stdout.read().decode().strip()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert is_alive(told) is False
    assert is_alive(told) is False


@on_linux
def test_another_process_with_the_same_number_is_another_process():
    machine, number, began = mark().split("/")
    assert is_alive(f"{machine}/{number}/{int(began) + 1}") is False


@pytest.mark.parametrize("told", ["", "x", "elsewhere/1/1", "elsewhere/999999999/1", "//", "a/b/c"])
def test_nobody_tells_of_another_machine(told):
    assert is_alive(told) is None


@pytest.mark.parametrize("process", ["", "/", "/x/1", "/1", "/-1/5", "/../1/5"])
def test_a_mark_that_somebody_has_mangled_tells_nothing(process):
    assert is_alive(presence._machine() + process) is None


def test_a_machine_without_proc_leaves_no_mark(monkeypatch, tmp_path):
    monkeypatch.setattr(presence, "PROC", tmp_path)
    assert mark() == ""
    assert is_alive("") is None
