"""Titles of the scenarios about egress firewalls, alone and in groups that catch one lie."""

from __future__ import annotations

FIREWALL, SCOPE = "egress_firewall.feature", "egress_firewall_scope.feature"
DESTINATIONS, PORTS = "egress_firewall_destinations.feature", "egress_firewall_ports.feature"
NAMES, UPDATES = "egress_firewall_names.feature", "egress_firewall_updates.feature"
VALIDATION, FAMILIES = "egress_firewall_validation.feature", "egress_firewall_families.feature"
FIREWALL_FILES = (
    *(FIREWALL, SCOPE, DESTINATIONS, PORTS, NAMES, UPDATES, VALIDATION),
    FAMILIES,
)

FW_DENIED = "Traffic to a denied address ends in silence"
FW_FIRST_ALLOWS = "The first rule that fits decides for an allowed address"
FW_FIRST_DENIES = "The first rule that fits decides for a denied address"
FW_PORT = "A rule for one port leaves the other ports alone"
FW_PODS = "Traffic between pods is not the firewall's business"
FW_REMOVED = "Removing the firewall opens the way again"
FW_OTHERS = "Other namespaces are not touched by the firewall"

DST_NODE = "A rule that selects a node denies its addresses"
DST_NO_NODE = "A rule that selects no node denies nothing"
DST_HOST_BITS = "A network with host bits is denied as a whole"
DST_FAMILY = "A rule for one IP family spares the other one"

FAM_ONE = "A rule for one IP family denies that one"
FAM_BOTH = "One firewall denies addresses of both IP families"
FAM_NODE = "A rule that selects a node denies both its addresses"
FAM_PODS = "Traffic between pods is spared in both IP families"

PORT_SEVERAL = "A rule of several ports denies each of them"
PORT_ALLOWED = "An allowed port lets no other port by"
PORT_PROTOCOL = "A rule for one protocol leaves the other ones alone"
PORT_SCTP = "A rule for SCTP denies SCTP alone"

NAME_ALLOWED = "A name can be allowed while all else is denied"
NAME_DENIED = "What denying a name does is reported without judgement"

SCOPE_PODS = "Pods of the same namespace still talk to each other"
SCOPE_ANSWERS = "A denied namespace still answers those who ask"
SCOPE_HOST = "A pod on the host network is not bound"
SCOPE_OWN_NODE = "A pod's own node can be denied"
SCOPE_TWO = "Two namespaces keep their firewalls apart"
SCOPE_EMPTY = "A firewall without rules denies nothing"

UPD_NEW = "New rules take the place of old ones"
UPD_SHORTER = "A shorter list drops its last rule unless known otherwise"
UPD_BAD = "A bad update opens nothing unless known of its version"
UPD_GAP = "An update leaves no gap unless known of its version"
UPD_OPEN = "The fate of an open connection is reported without judgement"
UPD_LONG = tuple(
    f"A list of {rules} is enforced"
    for rules in ("1 rule", "100 rules", "1000 rules", "8000 rules")
)

VAL_NAME = "A firewall of another name is refused"
VAL_BAD = "One bad network voids the whole new firewall"
VAL_TYPE = "A type that is nearly Allow never allows"
VAL_PROTOCOL = "A protocol that is none denies nothing else"
VAL_8002 = "A list of 8002 rules is refused as a whole"

SILENT = (
    *(FW_DENIED, FW_FIRST_DENIES, DST_NODE, DST_HOST_BITS),
    *(PORT_SEVERAL, PORT_ALLOWED, PORT_SCTP, SCOPE_OWN_NODE, SCOPE_TWO),
    *(FAM_ONE, FAM_BOTH, FAM_NODE),
)
"""They say `times out`, where the others take any denial."""

DENIED = (
    *SILENT,
    *(DST_NO_NODE, DST_FAMILY, PORT_PROTOCOL, NAME_ALLOWED, NAME_DENIED),
    *(UPD_NEW, UPD_SHORTER, UPD_GAP, UPD_OPEN, *UPD_LONG, VAL_TYPE, VAL_PROTOCOL),
)
"""Something is denied and something else is not."""

BY_DEFAULT = (
    *(FW_DENIED, FW_PORT, DST_NODE, DST_NO_NODE, DST_FAMILY, FAM_ONE, FAM_BOTH, FAM_NODE),
    *(PORT_SEVERAL, PORT_PROTOCOL, PORT_SCTP, NAME_DENIED, SCOPE_OWN_NODE, SCOPE_TWO),
    *(UPD_NEW, UPD_SHORTER, UPD_GAP, UPD_OPEN, *UPD_LONG, VAL_TYPE, VAL_PROTOCOL),
)
"""What no rule names is let by."""

ALL_DENIED = (
    *(FW_FIRST_ALLOWS, FW_PODS, FW_OTHERS, SCOPE_PODS, SCOPE_ANSWERS, SCOPE_HOST),
    FAM_PODS,
)
"""Every address is denied, and something else is let by."""

ANSWERED = (
    *(FW_FIRST_ALLOWS, FW_PORT, FW_PODS, FW_REMOVED, FW_OTHERS, DST_NO_NODE, DST_FAMILY),
    *(PORT_PROTOCOL, NAME_ALLOWED, SCOPE_PODS, SCOPE_EMPTY, VAL_BAD, VAL_PROTOCOL, VAL_8002),
    FAM_PODS,
)
"""A flow of the answer has to be there."""

ONLY_SYN = (
    *(FW_DENIED, FW_FIRST_DENIES, DST_NODE, DST_HOST_BITS),
    *(NAME_DENIED, SCOPE_ANSWERS, SCOPE_HOST, SCOPE_OWN_NODE, UPD_NEW),
    *(PORT_ALLOWED, FAM_ONE, FAM_BOTH, FAM_NODE),
)
"""A flow of the question has to be there, and every one has to be a SYN alone."""

UNANSWERED = (*ONLY_SYN, PORT_SEVERAL, PORT_SCTP)
"""A flow of the question has to be there, and none of an answer."""

FIREWALL_WITHOUT_FLOWS = (
    *(SCOPE_TWO, UPD_SHORTER, UPD_BAD, UPD_GAP, UPD_OPEN, *UPD_LONG, VAL_NAME, VAL_TYPE),
)
"""Outcomes alone decide: they are about updates and refusals, which no flow tells of."""
