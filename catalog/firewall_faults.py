"""The lies about egress firewalls, and who must catch each: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.fault import Fault

FIREWALL = "egress_firewall.feature"

FW_DENIED = "Traffic to a denied address gets no answer and the rest still works"
FW_FIRST_ALLOWS = "The first rule that fits decides for an allowed address"
FW_FIRST_DENIES = "The first rule that fits decides for a denied address"
FW_PORT = "A rule for one port leaves the other ports alone"
FW_PODS = "Traffic between pods is not the firewall's business"
FW_REMOVED = "Removing the firewall opens the way again"
FW_OTHERS = "Other namespaces are not touched by the firewall"
FW_DENYING = (FW_DENIED, FW_FIRST_DENIES)

FIREWALL_FAULTS = (
    Fault("firewall-allows-all", "egress firewalls deny nothing", (FIREWALL,)),
    Fault(
        "firewall-denies-all",
        "egress firewalls deny everything outside",
        (FW_DENIED, FW_FIRST_ALLOWS, FW_FIRST_DENIES, FW_PORT),
    ),
    Fault(
        "firewall-order-reversed",
        "of several matching firewall rules the last one wins",
        (FW_FIRST_ALLOWS, FW_FIRST_DENIES),
    ),
    Fault(
        "firewall-rejects",
        "denied traffic is refused at once, not dropped in silence",
        FW_DENYING,
    ),
    Fault(
        "firewall-keeps-removed-rule",
        "a firewall rule that was removed stays in force",
        (FW_REMOVED,),
    ),
    Fault("firewall-ignores-ports", "firewall rules hold for every port", (FW_PORT,)),
    Fault(
        "denied-traffic-leaves-no-flow", "the agent does not see traffic that is denied", FW_DENYING
    ),
    Fault(
        "reply-seen-for-denied", "a flow shows an answer to traffic that was denied", (FW_DENIED,)
    ),
)
