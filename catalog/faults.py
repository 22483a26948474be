"""The named lies that a simulated cluster can tell, and the scenarios that must catch each.

A fault says what the cluster does wrong. What it does is written in the simulation, under its name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One way for a cluster to be wrong; exactly the scenarios titled in `caught_by` turn red."""

    name: str
    says: str
    caught_by: tuple[str, ...] = ()
