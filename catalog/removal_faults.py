"""Lies about what agents leave behind: only a run with `--install` and `--removal` meets one."""

from __future__ import annotations

from catalog.fault import Fault

REMOVED = "Nothing stays on nodes without the FlowCollector"

REMOVAL_FAULTS = (
    Fault(
        "agents-leave-programs-behind",
        "when its agent ends, the last node keeps programs and maps",
        (REMOVED,),
    ),
)
