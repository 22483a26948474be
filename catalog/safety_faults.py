"""Lies about tidying up, and who must catch each: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.fault import LEFT_OVERS, Fault

SAFETY_FAULTS = (
    Fault(
        "namespace-stuck-terminating",
        "a namespace that is deleted never finishes to go",
        (LEFT_OVERS,),
        shown_in=("flows.feature",),
    ),
    Fault(
        "node-label-comes-back",
        "a node gets its egress label back when no egress address is left",
        (LEFT_OVERS,),
        shown_in=("egress_ip.feature",),
    ),
    Fault(
        "admin-policy-survives-deletion",
        "an admin policy that is deleted stays for good",
        (LEFT_OVERS,),
        shown_in=("network_events.feature",),
    ),
)
