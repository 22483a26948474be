"""The lies about flow filters, privileges and admission, made known to the registry of faults."""

from __future__ import annotations

from catalog.filter_faults import FILTER_FAULTS
from simulation import faults


def make_known() -> None:
    for fault in FILTER_FAULTS:
        if fault.name not in faults.known():
            faults.register(fault.name, fault.says)
