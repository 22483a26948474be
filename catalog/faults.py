"""The named lies that a simulated cluster can tell, and the scenarios that must catch each.

A fault says what the cluster does wrong; what it does is written in the simulation, under its name.
`caught_by` holds scenario titles, or names of feature files for all of their scenarios.
"""

from __future__ import annotations

from catalog import health_faults as health
from catalog.budget_faults import BUDGET_FAULTS, COST_HEAVY, COST_LIGHT
from catalog.drop_faults import (
    DROP_FAULTS,
    DROP_HEALTHY,
    DROP_POLICY,
    DROP_TCP,
    DROP_UDP,
    DROPPED,
    DROPS,
    EVENT_ADMIN,
    EVENT_ALLOWED,
    EVENT_ISOLATION,
    EVENTS,
    TOLD,
)
from catalog.egress_ip_faults import EGRESS_IP_FAULTS, EIP_FILES, EIP_NOBODY, EIP_POD, EIP_SERVICE
from catalog.enforcement_faults import ENFORCEMENT_FAULTS
from catalog.fault import EVERYTHING, Fault
from catalog.filter_faults import ANSWERS_KEPT, FILTER_FAULTS, FILTER_IGNORED, FLOWS_KEPT, SAMPLES
from catalog.firewall_faults import FIREWALL_FAULTS
from catalog.firewall_titles import (
    ANSWERED,
    FAM_PODS,
    FW_PODS,
    NAME_ALLOWED,
    NAME_DENIED,
    ONLY_SYN,
)
from catalog.gateway_faults import GATEWAY_FAULTS
from catalog.google_faults import GB_NAMES, GOOGLE_ANSWERED, GOOGLE_FAULTS, GOOGLE_SILENT
from catalog.install_faults import INSTALL_FAULTS
from catalog.kernel_faults import FILTER as KERNEL_FILTER
from catalog.kernel_faults import HOOKS as KERNEL_HOOKS
from catalog.kernel_faults import KERNEL_FAULTS, PROGRAMS_ON
from catalog.lokistack_faults import LOKISTACK_FAULTS
from catalog.network_faults import (
    IPSEC_ANSWERS,
    IPSEC_OFF,
    IPSEC_ON,
    IPSEC_WITHIN,
    MARKS,
    NETWORK_FAULTS,
    SCHEMA,
    UDN_CLUSTER,
    UDN_DEFAULT,
    UDN_INSIDE,
    UDN_LAYER_2,
    UDN_LAYER_3,
)
from catalog.order_faults import ORDER_FAULTS
from catalog.removal_faults import REMOVAL_FAULTS
from catalog.safety_faults import SAFETY_FAULTS

FLOWS, RTT, DNS = "flows.feature", "round_trip_times.feature", "dns_tracking.feature"
XLAT, OFF = "packet_translation.feature", "optional_features.feature"

EACH_WAY = "A request to a service leaves a flow each way"
NAMES = "A flow names who talked to whom"
OWNER = "A flow to a pod names its node and owner"
VOLUME = "Bytes and packets match what was sent"
BOTH_NODES = "Both nodes report traffic that crosses them"
WITHIN_NODE = "Traffic within a node is reported as such"
LAYER = "Traffic of applications is told apart from infrastructure"
DATED = "A flow is dated by its traffic"
LABELS = "Labels live in the stream and nowhere else"
FLAGS = "The flags of a whole conversation are recorded"
SAMPLED = "With every packet sampled the flow says so"

RTT_ANSWER = "An answer shows how long the round trip took"
RTT_SERVER = "The server's side measures its round trip as well"
RTT_WITHIN = "Traffic within a node has a round-trip time too"
RTT_UDP = "A lookup over UDP has no round-trip time"
RTT_ON = (RTT_ANSWER, RTT_SERVER, RTT_WITHIN)
RTT_OFF = "Without round-trip times none of its fields appear"

DNS_FOUND = "A name that exists is answered without error"
DNS_MISSING = "A name that does not exist is reported as such"
DNS_BROKEN = "A name server that fails is reported as such"
DNS_SLOW = "The delay of a slow answer is measured"
DNS_TCP = "A lookup over TCP is tracked as well"
DNS_FLAGS = "The DNS flags tell an answer from a question"
DNS_QUESTION = "A question carries no answer"
DNS_OFF = "Without DNS tracking none of its fields appear"

XLAT_POD = "A request to a service shows the pod that answered"
XLAT_NAMED = "A translated flow names the pod behind the service"
XLAT_WITHIN = "A service on the client's own node is translated too"
XLAT_FULL = "Both ends of a translated flow are told in full"
XLAT_STRAIGHT = "A request straight to a pod is not translated"
XLAT_OFF = "Without packet translation none of its fields appear"
XLAT_ON = (XLAT_POD, XLAT_NAMED, XLAT_WITHIN, XLAT_FULL)

FAULTS = (
    Fault(
        "flows-never-arrive",
        "flowlogs-pipeline hands nothing to Loki",
        (EVERYTHING, SCHEMA, health.COUNTERS_GROW, health.ALL_WRITTEN, health.AGREE),
    ),
    Fault(
        "flows-lost-one-direction",
        "flows that answer are lost, flows that ask arrive",
        (
            *(EACH_WAY, VOLUME, FLAGS, RTT_ANSWER, DNS, DROP_TCP, DROP_HEALTHY, health.ALL_WRITTEN),
            *ANSWERED,
            *ANSWERS_KEPT,
            *(*GOOGLE_ANSWERED, EIP_NOBODY),
        ),
    ),
    Fault(
        "source-and-destination-swapped",
        "names and namespaces are those of the other end",
        (
            *(EACH_WAY, NAMES, OWNER, MARKS, VOLUME, BOTH_NODES, WITHIN_NODE, DATED, FLAGS),
            *(SAMPLED, RTT_ANSWER, RTT_SERVER, DNS, XLAT, DROPS, EVENTS, *UDN_INSIDE, UDN_DEFAULT),
            *(*IPSEC_ON, *FLOWS_KEPT, *ANSWERED, *ONLY_SYN),
            *(*GOOGLE_ANSWERED, *GOOGLE_SILENT, *EIP_FILES),
        ),
    ),
    Fault("bytes-are-zero", "flows carry 0 bytes", (VOLUME, IPSEC_ANSWERS, SCHEMA, health.AGREE)),
    Fault("packets-are-zero", "flows carry 0 packets", (VOLUME, SAMPLES, SCHEMA)),
    Fault("owner-missing", "flows do not say which workload a pod belongs to", (EVERYTHING,)),
    Fault(
        "namespace-of-other-workload",
        "the destination namespace is that of a stranger",
        (
            *(NAMES, EACH_WAY, VOLUME, FLAGS, LAYER, RTT_ANSWER, DNS, DROP_TCP, DROP_HEALTHY),
            *(*ANSWERED, *ANSWERS_KEPT, *GOOGLE_ANSWERED, EIP_NOBODY),
        ),
    ),
    Fault("layer-wrong", "app flows are called infra, and infra flows app", (LAYER,)),
    Fault("direction-wrong", "ingress is called egress, and egress ingress", (BOTH_NODES,)),
    Fault(
        "within-node-is-egress",
        "what stays within a node is called egress",
        (WITHIN_NODE, RTT_WITHIN),
    ),
    Fault("hosts-missing", "flows do not say on which node a pod is", (OWNER,)),
    Fault(
        "only-one-node-reports",
        "of two nodes that see a flow only the sending one reports it",
        (
            *(BOTH_NODES, RTT_SERVER, DROP_TCP, DROP_UDP, DROP_POLICY, health.ALL_WRITTEN),
            *(EVENT_ISOLATION, EVENT_ALLOWED, EVENT_ADMIN, EIP_POD),
            *(UDN_LAYER_3, UDN_LAYER_2, UDN_CLUSTER, UDN_DEFAULT),
        ),
    ),
    Fault("sampling-ignored", "the agent keeps every packet whatever the sampling", (SAMPLES,)),
    Fault("labels-in-line", "fields that are stream labels stay in the line too", (LABELS, SCHEMA)),
    Fault("timestamps-in-seconds", "the times inside a flow are in seconds", (DATED, SCHEMA)),
    Fault("foreign-workload-labels", "the owner labels are those of a stranger", (EVERYTHING,)),
    Fault("rtt-missing", "no flow has a round-trip time", RTT_ON),
    Fault("rtt-is-zero", "every round-trip time is 0", (*RTT_ON, SCHEMA)),
    Fault(
        "rtt-in-microseconds",
        "round-trip times are in microseconds, not nanoseconds",
        (*RTT_ON, SCHEMA),
    ),
    Fault("rtt-on-when-off", "round-trip times appear although the feature is off", (RTT_OFF,)),
    Fault(
        "dns-fields-missing",
        "no flow has a DNS field",
        (DNS,),
    ),
    Fault(
        "dns-rcode-upper-case",
        "response codes are spelt as dig spells them",
        (DNS_FOUND, DNS_MISSING, DNS_BROKEN, DNS_TCP, SCHEMA),
    ),
    Fault(
        "dns-every-name-resolves",
        "names that do not exist have an address",
        (DNS_MISSING, GB_NAMES, NAME_ALLOWED, NAME_DENIED),
    ),
    Fault(
        "dns-latency-in-seconds",
        "DNS latencies are in seconds, not milliseconds",
        (DNS_SLOW, SCHEMA),
    ),
    Fault("dns-latency-zero", "every DNS latency is 0", (DNS_SLOW,)),
    Fault("dns-id-wrong", "DNS ids are not those on the wire", (DNS,)),
    Fault("dns-fields-on-queries", "DNS fields sit on queries and not on answers", (DNS,)),
    Fault("dns-on-when-off", "DNS fields appear although the feature is off", (DNS_OFF,)),
    Fault("servfail-as-noerror", "a failing server is reported as NoError", (DNS_BROKEN, SCHEMA)),
    Fault("tcp-dns-untracked", "DNS over TCP is not tracked", (DNS_TCP,)),
    Fault("xlat-missing", "no flow has a translated address", XLAT_ON),
    Fault(
        "xlat-pre-nat",
        "translated addresses are those from before the translation",
        XLAT_ON,
    ),
    Fault(
        "xlat-wrong-backend",
        "the translated destination is a pod that got nothing",
        XLAT_ON,
    ),
    Fault("xlat-not-enriched", "translated addresses have no names", (XLAT_NAMED, XLAT_FULL)),
    Fault("xlat-on-when-off", "translated addresses appear although it is off", (XLAT_OFF,)),
    Fault(
        "agents-ignore-configuration",
        "new agents look new and keep the old features and filter",
        (
            *(DNS, *RTT_ON, *XLAT_ON, *DROPPED, *TOLD, *IPSEC_ON, *UDN_INSIDE, UDN_DEFAULT),
            *(*FILTER_IGNORED, *PROGRAMS_ON, KERNEL_HOOKS, KERNEL_FILTER),
        ),
    ),
    Fault(
        "service-without-endpoints",
        "Services of app namespaces never find their pods",
        (
            *(EACH_WAY, NAMES, LAYER, VOLUME, DATED, LABELS, FLAGS, SAMPLED, DNS, DNS_OFF),
            *(RTT_ANSWER, RTT_UDP, RTT_OFF, *XLAT_ON, XLAT_OFF, *IPSEC_ON, IPSEC_WITHIN, IPSEC_OFF),
            *(FW_PODS, FAM_PODS, EIP_SERVICE, GB_NAMES),
            *(COST_LIGHT, COST_HEAVY, health.COUNTERS_GROW, health.ALL_WRITTEN),
            *(health.SCRAPED, health.AGREE),
        ),
    ),
    *ORDER_FAULTS,
    *DROP_FAULTS,
    *NETWORK_FAULTS,
    *FILTER_FAULTS,
    *FIREWALL_FAULTS,
    *EGRESS_IP_FAULTS,
    *GOOGLE_FAULTS,
    *BUDGET_FAULTS,
    *SAFETY_FAULTS,
    *KERNEL_FAULTS,
    *health.HEALTH_FAULTS,
    *ENFORCEMENT_FAULTS,
)

INSTALLED_FAULTS = (*INSTALL_FAULTS, *GATEWAY_FAULTS, *LOKISTACK_FAULTS, *REMOVAL_FAULTS)
"""Of what `--install` brings: no ordinary run meets them, so that self-tests of their own do."""

FAULTS_BY_NAME = {fault.name: fault for fault in (*FAULTS, *INSTALLED_FAULTS)}
