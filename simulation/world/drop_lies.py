"""The faults about drops, policies and events, made known to the registry of faults."""

from __future__ import annotations

from catalog.drop_faults import DROP_FAULTS
from simulation import faults


def make_known() -> None:
    for fault in DROP_FAULTS:
        faults.register(fault.name, fault.says)
