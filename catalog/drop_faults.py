"""The lies about drops, network policies and network events: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.fault import Fault
from catalog.filter_faults import DROPS as RULE_FOR_DROPS
from catalog.filter_faults import NO_PRIVILEGE

DROPS, EVENTS = "packet_drops.feature", "network_events.feature"

DROP_TCP = "A closed TCP port drops what knocks on it"
DROP_UDP = "A closed UDP port drops the datagram"
DROP_POLICY = "A port that a policy closes drops in silence"
DROP_HEALTHY = "An allowed port beside a closed one drops nothing"
DROP_CLOSE = "The end of an orderly exchange is no denial"
DROP_FIREWALL = "An egress firewall drops at the client's own node"
DROP_OFF = "Without packet drops none of its fields appear"

EVENT_ISOLATION = "A denial by isolation names the namespace alone"
EVENT_ALLOWED = "An allowed connection names the policy that allows it"
EVENT_FIREWALL = "A denial by an egress firewall names the namespace"
EVENT_PERMISSION = "A permission of an egress firewall is told too"
EVENT_ADMIN = "A denial by an admin policy names that policy"
EVENT_OFF = "Without network events none of its fields appear"

DENIED_PORT = (DROP_POLICY, EVENT_ISOLATION)
BY_POLICY = (DROP_POLICY, DROP_HEALTHY, EVENT_ISOLATION, EVENT_ALLOWED, EVENT_ADMIN)
DENIED = (DROP_POLICY, DROP_FIREWALL)
DROPPED = (DROP_TCP, DROP_UDP, *DENIED)
KNOWN_PORT = (DROP_TCP, DROP_POLICY)
TOLD = (EVENT_ISOLATION, EVENT_ALLOWED, EVENT_FIREWALL, EVENT_PERMISSION, EVENT_ADMIN)
TOLD_DENIALS = (EVENT_ISOLATION, EVENT_FIREWALL, EVENT_ADMIN)

DROP_FAULTS = (
    Fault("drops-missing", "no flow has a field about drops", DROPPED),
    Fault("drop-on-other-tuple", "drops are noted for the answers' tuple", DROPPED),
    Fault(
        "drop-on-other-connection",
        "drops are noted for another source port of the same client",
        KNOWN_PORT,
    ),
    Fault("drop-cause-empty", "drops have an empty text for their cause", DROPPED),
    Fault("drop-cause-unknown", "the cause of every drop is unknown", DROPPED),
    Fault("drop-bytes-zero", "drops have no bytes", DROPPED),
    Fault("drop-flags-missing", "drops of SYNs do not tell the flag", (DROP_TCP,)),
    Fault(
        "closed-port-drops-nothing",
        "packets to a port without a listener leave no drop",
        (DROP_TCP, DROP_UDP),
    ),
    Fault("denials-drop-nothing", "packets that an ACL drops leave no drop", DENIED),
    Fault(
        "denial-at-source",
        "drops by a policy of the server are reported by the client's node",
        (DROP_POLICY,),
    ),
    Fault(
        "close-drop-says-denied",
        "the packet that an orderly close drops is called denied",
        (DROP_CLOSE, DROP_HEALTHY),
    ),
    Fault(
        "drops-on-when-off",
        "fields about drops appear although it is off",
        (DROP_OFF, NO_PRIVILEGE, RULE_FOR_DROPS),
    ),
    Fault("policy-not-enforced", "network policies deny nothing", (*BY_POLICY, EVENT_OFF)),
    Fault(
        "policy-blocks-allowed-port",
        "network policies deny the ports that they allow",
        (DROP_POLICY, DROP_HEALTHY, EVENT_ISOLATION, EVENT_ALLOWED),
    ),
    Fault("events-missing", "no flow has a network event", TOLD),
    Fault("events-undecodable", "network events cannot be decoded", TOLD),
    Fault("events-of-the-node-alone", "every network event is that of the node's own access", TOLD),
    Fault("event-namespace-wrong", "network events name the namespace of a stranger", TOLD[:4]),
    Fault("event-says-allow", "network events call a denial allowed", TOLD_DENIALS),
    Fault("event-direction-wrong", "network events have the other direction", TOLD),
    Fault(
        "event-name-missing",
        "network events do not name the policy",
        (EVENT_ALLOWED, EVENT_ADMIN),
    ),
    Fault(
        "isolation-names-a-policy",
        "denials that no single policy decides carry a policy's name",
        (EVENT_ISOLATION, EVENT_FIREWALL),
    ),
    Fault(
        "allowed-traffic-says-denied",
        "network events of allowed traffic come with one of a denial",
        (EVENT_ALLOWED, EVENT_PERMISSION),
    ),
    Fault("events-on-when-off", "network events appear although the feature is off", (EVENT_OFF,)),
)
