"""Which process holds something on the cluster, so that this machine can tell when it has died.

A mark names the machine since its last boot, what numbers of processes mean there (a container has
its own), the number and when that process began; only the first two are hidden in a hash. It is
empty where a machine has no /proc.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

PROC = Path("/proc")
STATE, BEGAN = 0, 19
"""Places among the fields of /proc/PID/stat that follow the name, see proc(5)."""

DEAD = "ZX"


def mark() -> str:
    """This process, as MACHINE/PID/BEGAN."""
    machine, began = _machine(), _began(os.getpid())
    return f"{machine}/{os.getpid()}/{began}" if machine and began else ""


def is_alive(other: str) -> bool | None:
    """Whether that process of this machine is still there; None when it cannot be told here."""
    machine, _, process = other.partition("/")
    number, _, began = process.partition("/")
    if not (number.isdecimal() and began) or machine != _machine():
        return None
    return _began(int(number)) == began


def _machine() -> str:
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        told = f"{boot} {os.readlink(PROC / 'self/ns/pid')}"
    except OSError:
        return ""
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _began(number: int) -> str:
    """In ticks since boot; empty when there is no such process."""
    try:
        said = (PROC / str(number) / "stat").read_text()
    except OSError:
        return ""
    fields = said.rpartition(")")[2].split()
    return "" if fields[STATE] in DEAD else fields[BEGAN]
