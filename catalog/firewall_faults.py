"""The lies about egress firewalls, and who must catch each: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.drop_faults import DENIED as DROPPED
from catalog.drop_faults import (
    DROP_FIREWALL,
    EVENT_FIREWALL,
    EVENT_OFF,
    EVENT_PERMISSION,
    TOLD_DENIALS,
)
from catalog.egress_ip_faults import EIP_FILES, EIP_FIREWALL
from catalog.fault import EVERYTHING, Fault
from catalog.firewall_rule_faults import RULE_FAULTS
from catalog.firewall_titles import (
    ALL_DENIED,
    BY_DEFAULT,
    DENIED,
    DST_HOST_BITS,
    DST_NODE,
    FAM_BOTH,
    FIREWALL_FILES,
    FIREWALL_WITHOUT_FLOWS,
    FW_DENIED,
    FW_FIRST_ALLOWS,
    FW_FIRST_DENIES,
    FW_PORT,
    FW_REMOVED,
    NAME_ALLOWED,
    NAME_DENIED,
    PORT_ALLOWED,
    PORT_PROTOCOL,
    PORT_SCTP,
    SCOPE_TWO,
    SILENT,
    UNANSWERED,
    UPD_BAD,
    UPD_GAP,
    UPD_NEW,
    UPD_SHORTER,
    VAL_8002,
    VAL_BAD,
    VAL_NAME,
    VAL_TYPE,
)
from catalog.google_faults import (
    GB6_CUSTOMER,
    GB_BOTH,
    GB_CUSTOMER,
    GB_EDITED,
    GB_LIVE,
    GB_LOCKED_OUT,
    GB_MOVED,
    GB_NAMES,
    GOOGLE_DENIALS,
    GOOGLE_FILES,
    GOOGLE_SILENT,
)
from catalog.health_faults import FED_BY_PROBES
from catalog.network_faults import UDN_BORDER

OPEN = (
    *(*DENIED, *ALL_DENIED, FW_REMOVED, UPD_BAD, EIP_FIREWALL),
    *(DROP_FIREWALL, EVENT_FIREWALL, EVENT_PERMISSION, *GOOGLE_DENIALS),
)
"""Whoever needs a firewall that denies something."""

FIREWALL_FAULTS = (
    Fault(
        "firewall-allows-all",
        "egress firewalls deny nothing",
        OPEN,
    ),
    Fault(
        "firewall-denies-all",
        "egress firewalls deny everything outside",
        (
            *(*DENIED, FW_FIRST_ALLOWS, FW_PORT, EIP_FIREWALL),
            *(DROP_FIREWALL, EVENT_FIREWALL, EVENT_PERMISSION),
            *(*GOOGLE_SILENT, GB_CUSTOMER, GB6_CUSTOMER),
            *(GB_MOVED, GB_EDITED, GB_BOTH, GB_LOCKED_OUT, GB_LIVE),
        ),
    ),
    Fault(
        "firewall-denies-by-default",
        "what no rule of an egress firewall names is denied",
        (*BY_DEFAULT, DROP_FIREWALL, EVENT_FIREWALL),
    ),
    Fault(
        "firewall-order-reversed",
        "of several matching firewall rules the last one wins",
        (
            FW_FIRST_ALLOWS,
            FW_FIRST_DENIES,
            PORT_ALLOWED,
            NAME_ALLOWED,
            EVENT_PERMISSION,
            EIP_FIREWALL,
            *GOOGLE_DENIALS,
        ),
    ),
    Fault(
        "firewall-rejects",
        "denied traffic is refused at once, not dropped in silence",
        (*SILENT, DROP_FIREWALL, EVENT_FIREWALL, *GOOGLE_SILENT),
    ),
    Fault(
        "firewall-keeps-removed-rule",
        "a firewall rule that was removed stays in force",
        (FW_REMOVED, DST_NODE, DST_HOST_BITS, UPD_NEW, UPD_SHORTER, GB_MOVED, GB_EDITED),
    ),
    Fault(
        "firewall-ignores-ports",
        "firewall rules hold for every port",
        (FW_PORT, PORT_ALLOWED, PORT_PROTOCOL, PORT_SCTP),
    ),
    Fault(
        "denied-traffic-leaves-no-flow",
        "the agent does not see traffic that is denied",
        (*UNANSWERED, *DROPPED, *TOLD_DENIALS, EVENT_OFF, *GOOGLE_SILENT),
    ),
    Fault(
        "reply-seen-for-denied",
        "a flow shows an answer to traffic that was denied",
        (FW_DENIED, FAM_BOTH, *GOOGLE_SILENT),
    ),
    *RULE_FAULTS,
    Fault(
        "firewall-newest-holds-for-all",
        "the firewall that was applied last holds for each namespace that has one",
        (SCOPE_TWO,),
    ),
    Fault("firewall-allows-loose-type", "a type that begins with Allow allows", (VAL_TYPE,)),
    Fault(
        "firewall-gap-on-update",
        "OpenShift 4.21 whose firewalls open for seconds at each update",
        (UPD_GAP,),
    ),
    Fault(
        "firewall-opens-on-bad-update",
        "OpenShift 4.21 whose firewalls open when an update is bad",
        (UPD_BAD,),
    ),
    Fault(
        "firewall-closes-on-bad-rules",
        "a firewall with a bad rule denies everything outside",
        (UPD_BAD, VAL_BAD, VAL_8002),
    ),
    Fault(
        "firewall-keeps-last-rule",
        "a list that gets shorter keeps one rule too many in force",
        (UPD_SHORTER,),
    ),
    Fault(
        "firewall-error-unreported",
        "the status says applied although a rule is bad",
        (UPD_BAD, VAL_BAD, VAL_8002),
    ),
    Fault("firewall-takes-8002-rules", "a list of 8,002 rules is taken", (VAL_8002,)),
    Fault("firewall-other-name-accepted", "a firewall may have any name", (VAL_NAME,)),
    Fault(
        "dns-dead",
        "the cluster's name service never answers",
        (NAME_ALLOWED, NAME_DENIED, GB_NAMES),
    ),
    Fault(
        "proxy-in-the-way",
        "a transparent proxy answers in the place of hosts outside",
        (
            *(*FIREWALL_FILES, *EIP_FILES, *GOOGLE_FILES),
            *(DROP_FIREWALL, EVENT_FIREWALL, EVENT_PERMISSION, UDN_BORDER),
        ),
    ),
    Fault(
        "probe-killed",
        "commands of probes are killed before they begin",
        (EVERYTHING, *FIREWALL_WITHOUT_FLOWS, *GOOGLE_FILES, *FED_BY_PROBES),
    ),
    Fault(
        "status-lies",
        "the status says that egress firewall rules are applied; none is",
        (*OPEN, VAL_BAD, VAL_8002),
    ),
    Fault(
        "firewall-enforced-late",
        "egress firewall rules take ten minutes to reach the packets",
        (*OPEN, VAL_BAD, VAL_8002),
    ),
    Fault(
        "firewall-enforced-in-other-namespace",
        "egress firewall rules bind another namespace's pods",
        OPEN,
    ),
)
