"""The lies about what rules of egress firewalls hold for: a part of catalog/firewall_faults.py."""

from __future__ import annotations

from catalog.fault import Fault
from catalog.firewall_titles import (
    DST_FAMILY,
    DST_HOST_BITS,
    DST_NO_NODE,
    DST_NODE,
    FAM_NODE,
    FAM_ONE,
    FAM_PODS,
    FAMILIES,
    FW_PODS,
    NAME_ALLOWED,
    PORT_ALLOWED,
    PORT_PROTOCOL,
    PORT_SCTP,
    PORT_SEVERAL,
    SCOPE_ANSWERS,
    SCOPE_EMPTY,
    SCOPE_HOST,
    SCOPE_OWN_NODE,
    SCOPE_PODS,
    VAL_PROTOCOL,
)
from catalog.google_faults import BOTH

RULE_FAULTS = (
    Fault("firewall-lets-udp-by", "firewall rules say nothing about UDP", (PORT_SEVERAL,)),
    Fault("firewall-lets-sctp-by", "firewall rules say nothing about SCTP", (PORT_SCTP,)),
    Fault(
        "firewall-ignores-protocols",
        "a rule for a port holds for every protocol",
        (PORT_PROTOCOL,),
    ),
    Fault(
        "firewall-takes-first-port-only",
        "of several ports in a rule only the first counts",
        (PORT_SEVERAL,),
    ),
    Fault(
        "firewall-ignores-node-selectors",
        "rules that select nodes select none",
        (DST_NODE, FAM_NODE),
    ),
    Fault(
        "firewall-takes-no-node-for-all",
        "a rule whose selector fits no node holds for every address",
        (DST_NO_NODE,),
    ),
    Fault(
        "firewall-widens-unknown-protocol",
        "a rule for a protocol that is none holds for every protocol",
        (VAL_PROTOCOL,),
    ),
    Fault(
        "firewall-ignores-ports-of-permissions",
        "a permission for one port holds for every port",
        (PORT_ALLOWED,),
    ),
    Fault("firewall-ignores-names", "rules for a name find no address", (NAME_ALLOWED,)),
    Fault(
        "firewall-shrinks-host-bits",
        "a network with host bits is taken for one address",
        (DST_HOST_BITS,),
    ),
    Fault(
        "firewall-takes-v6-for-v4",
        "a rule for all of IPv6 holds for IPv4 too",
        (DST_FAMILY, FAM_ONE),
    ),
    Fault(
        "firewall-empty-list-denies",
        "an empty list of rules denies everything outside",
        (SCOPE_EMPTY,),
    ),
    Fault(
        "firewall-judges-pods",
        "firewall rules hold for addresses of pods too",
        (FW_PODS, SCOPE_PODS, FAM_PODS),
    ),
    Fault(
        "firewall-judges-services",
        "firewall rules are held against the address of a service",
        (FW_PODS, FAM_PODS),
    ),
    Fault("firewall-lets-v6-by", "egress firewalls let all of IPv6 by", (FAMILIES, BOTH)),
    Fault(
        "firewall-selects-v4-of-nodes",
        "rules that select nodes hold for their IPv4 addresses only",
        (FAM_NODE,),
    ),
    Fault(
        "firewall-judges-v6-pods",
        "firewalls know the IPv4 network of pods only",
        (FAM_PODS,),
    ),
    Fault(
        "firewall-binds-host-network",
        "firewall rules hold for pods on the host network too",
        (SCOPE_HOST,),
    ),
    Fault(
        "firewall-blocks-answers",
        "pods behind a firewall cannot answer those outside",
        (SCOPE_ANSWERS,),
    ),
    Fault(
        "firewall-spares-own-node",
        "the node that a pod runs on is never denied",
        (SCOPE_OWN_NODE,),
    ),
)
