"""The lies about networks, encryption and the shape of records: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.fault import Fault

UDN_LAYER_3 = "A pod on a layer 3 network shows its name"
UDN_LAYER_2 = "A pod on a layer 2 network shows its name"
UDN_CLUSTER = "A pod on a cluster-wide network shows its name"
UDN_NAMED = "Flows inside a network still name both pods"
UDN_DEFAULT = "A pod on the default network is on no other"
UDN_BORDER = "A pod of another network is kept out"
UDN_OFF = "Without UDN mapping none of its fields appear"
UDN_INSIDE = (UDN_LAYER_3, UDN_LAYER_2, UDN_CLUSTER, UDN_NAMED)

IPSEC_BETWEEN = "Traffic between two nodes is encrypted"
IPSEC_ANSWERS = "Answers between two nodes are encrypted as well"
IPSEC_WITHIN = "Traffic within a node is not encrypted"
IPSEC_OFF = "Without IPsec tracking none of its fields appear"
IPSEC_ON = (IPSEC_BETWEEN, IPSEC_ANSWERS)

SCHEMA = "Every record of the run fits the catalog"
MARKS = "A flow carries the marks of its packets"

NETWORK_FAULTS = (
    Fault(
        "udn-name-missing",
        "interfaces on a user-defined network have no network at all",
        UDN_INSIDE,
    ),
    Fault("udn-says-default", "user-defined networks are called default", UDN_INSIDE),
    Fault(
        "udn-on-default-network",
        "pods on the default network carry the name of a user-defined one",
        (UDN_DEFAULT,),
    ),
    Fault(
        "udn-of-one-topology",
        "of user-defined networks only those of layer 3 are known",
        (UDN_LAYER_2,),
    ),
    Fault(
        "udn-not-enriched",
        "flows inside a user-defined network do not say whose pods they are of",
        UDN_INSIDE,
    ),
    Fault("udn-border-open", "pods of different networks reach each other", (UDN_BORDER,)),
    Fault(
        "cudn-named-like-udn",
        "cluster-wide networks are named as if they had a namespace",
        (UDN_CLUSTER,),
    ),
    Fault("udn-on-when-off", "networks are named although UDN mapping is off", (UDN_OFF,)),
    Fault("ipsec-missing", "no flow says whether IPsec succeeded", IPSEC_ON),
    Fault("ipsec-error", "flows between nodes say that IPsec failed", IPSEC_ON),
    Fault(
        "ipsec-code-missing",
        "flows say that IPsec succeeded, and not with which return code",
        IPSEC_ON,
    ),
    Fault("ipsec-on-same-node", "flows within a node say that IPsec succeeded", (IPSEC_WITHIN,)),
    Fault(
        "ipsec-on-when-off",
        "flows say whether IPsec succeeded although that is off",
        (IPSEC_OFF,),
    ),
    Fault(
        "ipsec-one-way", "nodes encrypt what pods ask and not what pods answer", (IPSEC_ANSWERS,)
    ),
    Fault(
        "unknown-field-in-records",
        "flows have a field that no version of the agent knows",
        (SCHEMA,),
        shown_in=("flow_records.feature",),
    ),
    Fault(
        "ethertype-of-other-family",
        "flows of IPv4 have the ethertype of IPv6, and the other way round",
        (SCHEMA,),
        shown_in=("flow_records.feature",),
    ),
    Fault("number-as-text", "a number is written as a text", (SCHEMA, MARKS)),
    Fault("dscp-out-of-range", "flows have a DSCP value that no packet can hold", (SCHEMA, MARKS)),
)
