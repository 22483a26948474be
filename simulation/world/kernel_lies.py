"""The faults about kernels, made known to the registry of faults."""

from __future__ import annotations

from catalog.kernel_faults import KERNEL_FAULTS
from simulation import faults


def make_known() -> None:
    for fault in KERNEL_FAULTS:
        faults.register(fault.name, fault.says)
