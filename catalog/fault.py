"""What a named lie of the simulated cluster is; the lies themselves stand in catalog/*faults.py."""

from __future__ import annotations

from dataclasses import dataclass

EVERYTHING = "every scenario"


@dataclass(frozen=True)
class Fault:
    """One way for a cluster to be wrong; exactly the scenarios in `caught_by` do not pass."""

    name: str
    says: str
    caught_by: tuple[str, ...]
