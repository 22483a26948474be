"""The lies about flow filters, privileges and admission, and who must catch each."""

from __future__ import annotations

from catalog.fault import Fault
from catalog.kernel_faults import UNPRIVILEGED

FILTER, KNOWN = "flow_filter.feature", "flow_filter_known_behaviour.feature"
CRITERIA = "flow_filter_criteria.feature"

PORT = "A rule for a port keeps that port alone"
REJECTS = "A rule that rejects a port keeps the others"
RANGE = "A range of ports includes both its ends"
TWO_PORTS = "A rule for two destination ports keeps requests alone"
INGRESS = "A rule for ingress keeps what enters an interface"
FLAG = "A rule for a flag keeps packets with that flag"
PEERS = "A rule for peers keeps the traffic of those peers"
PROTOCOL = "A rule for a protocol keeps that protocol alone"
LONGER = "Of two rules the longer prefix decides"
DROPS = "A rule for drops leaves ordinary packets out"
SAMPLES = "A rule may sample 1 of 50 packets"

NO_ACTION = "A rule without an action keeps nothing"
AS_TEXT = "One port written as a text holds for every port"
SOURCE = "A rejected source outweighs an accepted destination"

NO_PRIVILEGE = "Without privileges the fields of packet drops stay away"
STATUS = "The status tells of a feature without its privilege"
PRIVILEGES = (NO_PRIVILEGE, STATUS)

NO_FEATURE = "A feature that does not exist is refused"
SEVENTEEN = "A flow filter with 17 rules is refused"
FLAWS = tuple(
    f"A flow filter with {flaw} is refused"
    for flaw in (
        *("one network twice", 'a network of "10.0.0.0"', 'ports of "http"', 'ports of "90-80"'),
        *('ports of "80,90,100"', 'ports of "70000"', "ports beside destination ports"),
    )
)

REFUSED = "refused_configurations.feature"
ANSWERS_KEPT = (REJECTS, RANGE, INGRESS, LONGER, SOURCE)
"""What these say about the server's answers, any lie about answers breaks."""
FLOWS_KEPT = (
    *(PORT, REJECTS, RANGE, TWO_PORTS, LONGER, SAMPLES, AS_TEXT),
    *(INGRESS, FLAG, PEERS, PROTOCOL),
)

FILTER_IGNORED = (
    *(PORT, REJECTS, RANGE, TWO_PORTS, INGRESS, FLAG, PEERS, PROTOCOL, DROPS, SAMPLES),
    *(NO_ACTION, SOURCE),
)
"""What these say holds of no unfiltered traffic."""

FILTER_FAULTS = (
    Fault(
        "filter-ignored", "the agents keep every packet whatever the flow filter", FILTER_IGNORED
    ),
    Fault(
        "filter-accepts-nothing",
        "with a flow filter the agents keep nothing at all",
        (FILTER, CRITERIA, KNOWN, NO_PRIVILEGE),
    ),
    Fault(
        "filter-ports-ignored",
        "flow filter rules hold for every port",
        (PORT, REJECTS, RANGE, TWO_PORTS),
    ),
    Fault(
        "filter-range-off-by-one",
        "a range of ports in a flow filter rule ends one port too early",
        (RANGE,),
    ),
    Fault(
        "filter-second-port-lost",
        "of two ports in a flow filter rule only the first one counts",
        (TWO_PORTS,),
    ),
    Fault("filter-protocol-ignored", "flow filter rules hold for every protocol", (PROTOCOL,)),
    Fault("filter-direction-ignored", "flow filter rules hold for both directions", (INGRESS,)),
    Fault("filter-flags-ignored", "flow filter rules hold for any TCP flag", (FLAG,)),
    Fault("filter-peer-ignored", "flow filter rules hold for every peer", (PEERS,)),
    Fault(
        "filter-drops-ignored", "a flow filter rule for drops keeps ordinary packets too", (DROPS,)
    ),
    Fault(
        "filter-rejects-nothing",
        "flow filter rules that reject accept instead",
        (REJECTS, SOURCE),
    ),
    Fault(
        "filter-reject-spares-nothing",
        "a rule that rejects one port drops the other ports as well",
        (REJECTS,),
    ),
    Fault(
        "filter-shortest-prefix",
        "of two flow filter rules the one with the shorter prefix decides",
        (LONGER,),
    ),
    Fault(
        "filter-destination-first",
        "the rule of the destination decides before that of the source",
        (SOURCE,),
    ),
    Fault(
        "filter-rule-without-action-accepts",
        "a flow filter rule without an action accepts",
        (NO_ACTION,),
    ),
    Fault(
        "filter-text-port-works", "a single port written as a text reaches the agents", (AS_TEXT,)
    ),
    Fault(
        "filter-sampling-not-copied",
        "flows of a rule that samples show the overall sampling",
        (SAMPLES,),
    ),
    Fault(
        "filter-sampling-not-applied",
        "a flow filter rule's sampling is shown and not applied",
        (SAMPLES,),
    ),
    Fault(
        "filter-counters-silent",
        "the agents do not count what their flow filter decides",
        (PORT, REJECTS),
    ),
    Fault(
        "privileged-false-yields-drops",
        "agents that are not privileged report drops all the same",
        (NO_PRIVILEGE, DROPS, UNPRIVILEGED),
    ),
    Fault("unknown-feature-accepted", "the API takes features that do not exist", (NO_FEATURE,)),
    Fault("filter-length-unlimited", "the API takes a flow filter of any length", (SEVENTEEN,)),
    Fault("webhook-silent", "the operator's webhook admits every FlowCollector", FLAWS),
    Fault(
        "webhook-refuses-filters",
        "the operator's webhook refuses every flow filter",
        (FILTER, CRITERIA, KNOWN, *PRIVILEGES, *FLAWS, SEVENTEEN),
    ),
)
