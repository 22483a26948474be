"""What a named lie of the simulated cluster is; the lies themselves stand in catalog/*faults.py."""

from __future__ import annotations

from dataclasses import dataclass

EVERYTHING = "every scenario"
LEFT_OVERS = "the look for left-overs"
"""Catches what no scenario can: all pass, and the run ends with 11 and a list."""


@dataclass(frozen=True)
class Fault:
    """One way for a cluster to be wrong; exactly the scenarios in `caught_by` do not pass."""

    name: str
    says: str
    caught_by: tuple[str, ...]
    shown_in: tuple[str, ...] = ()
    """Feature files that leave what only who looks at the end can notice: left-overs, records."""
