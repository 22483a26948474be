"""The lies about egress firewalls, and who must catch each: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.drop_faults import (
    DENIED,
    DROP_FIREWALL,
    EVENT_FIREWALL,
    EVENT_OFF,
    EVENT_PERMISSION,
    TOLD_DENIALS,
)
from catalog.fault import Fault

FIREWALL = "egress_firewall.feature"

FW_DENIED = "Traffic to a denied address ends in silence"
FW_FIRST_ALLOWS = "The first rule that fits decides for an allowed address"
FW_FIRST_DENIES = "The first rule that fits decides for a denied address"
FW_PORT = "A rule for one port leaves the other ports alone"
FW_PODS = "Traffic between pods is not the firewall's business"
FW_REMOVED = "Removing the firewall opens the way again"
FW_OTHERS = "Other namespaces are not touched by the firewall"
FW_DENYING = (FW_DENIED, FW_FIRST_DENIES)

FIREWALL_FAULTS = (
    Fault(
        "firewall-allows-all",
        "egress firewalls deny nothing",
        (FIREWALL, DROP_FIREWALL, EVENT_FIREWALL, EVENT_PERMISSION),
    ),
    Fault(
        "firewall-denies-all",
        "egress firewalls deny everything outside",
        (
            *(FW_DENIED, FW_FIRST_ALLOWS, FW_FIRST_DENIES, FW_PORT),
            *(DROP_FIREWALL, EVENT_FIREWALL, EVENT_PERMISSION),
        ),
    ),
    Fault(
        "firewall-order-reversed",
        "of several matching firewall rules the last one wins",
        (FW_FIRST_ALLOWS, FW_FIRST_DENIES, EVENT_PERMISSION),
    ),
    Fault(
        "firewall-rejects",
        "denied traffic is refused at once, not dropped in silence",
        (*FW_DENYING, DROP_FIREWALL, EVENT_FIREWALL),
    ),
    Fault(
        "firewall-keeps-removed-rule",
        "a firewall rule that was removed stays in force",
        (FW_REMOVED,),
    ),
    Fault("firewall-ignores-ports", "firewall rules hold for every port", (FW_PORT,)),
    Fault(
        "denied-traffic-leaves-no-flow",
        "the agent does not see traffic that is denied",
        (*FW_DENYING, *DENIED, *TOLD_DENIALS, EVENT_OFF),
    ),
    Fault(
        "reply-seen-for-denied", "a flow shows an answer to traffic that was denied", (FW_DENIED,)
    ),
    Fault("firewall-lets-udp-by", "firewall rules say nothing about UDP", ()),
    Fault("firewall-lets-sctp-by", "firewall rules say nothing about SCTP", ()),
    Fault("firewall-ignores-protocols", "a rule for a port holds for every protocol", ()),
    Fault("firewall-takes-first-port-only", "of several ports in a rule only the first counts", ()),
    Fault("firewall-ignores-node-selectors", "rules that select nodes select none", ()),
    Fault("firewall-ignores-names", "rules for a name find no address", ()),
    Fault("firewall-shrinks-host-bits", "a network with host bits is taken for one address", ()),
    Fault("firewall-takes-v6-for-v4", "a rule for all of IPv6 holds for IPv4 too", ()),
    Fault("firewall-empty-list-denies", "an empty list of rules denies everything outside", ()),
    Fault("firewall-judges-pods", "firewall rules hold for addresses of pods too", ()),
    Fault(
        "firewall-judges-services", "firewall rules are held against the address of a service", ()
    ),
    Fault(
        "firewall-binds-host-network", "firewall rules hold for pods on the host network too", ()
    ),
    Fault("firewall-blocks-answers", "pods behind a firewall cannot answer those outside", ()),
    Fault("firewall-spares-own-node", "the node that a pod runs on is never denied", ()),
    Fault(
        "firewall-merges-namespaces",
        "all firewalls together hold for each namespace that has one",
        (),
    ),
    Fault("firewall-allows-loose-type", "a type that begins with Allow allows", ()),
    Fault(
        "firewall-gap-on-update",
        "OpenShift 4.21 whose firewalls open for seconds at each update",
        (),
    ),
    Fault(
        "firewall-opens-on-bad-update",
        "OpenShift 4.21 whose firewalls open when an update is bad",
        (),
    ),
    Fault(
        "firewall-keeps-last-rule", "a list that gets shorter keeps one rule too many in force", ()
    ),
    Fault("firewall-error-unreported", "the status says applied although a rule is bad", ()),
    Fault("firewall-takes-8002-rules", "a list of 8,002 rules is taken", ()),
    Fault("firewall-other-name-accepted", "a firewall may have any name", ()),
    Fault("dns-dead", "the cluster's name service never answers", ()),
    Fault("proxy-in-the-way", "a transparent proxy answers in the place of hosts outside", ()),
    Fault("probe-killed", "commands of probes are killed before they begin", ()),
)
