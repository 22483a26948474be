"""The faults about egress firewalls and probes, made known to the registry of faults."""

from __future__ import annotations

from catalog.firewall_faults import FIREWALL_FAULTS
from simulation import faults


def make_known() -> None:
    for fault in FIREWALL_FAULTS:
        if fault.name not in faults.known():
            faults.register(fault.name, fault.says)
