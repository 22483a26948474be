"""The lies about egress addresses, and who must catch each: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.fault import Fault

EIP = "egress_ip.feature"
EIP_MOVES = "egress_ip_moves.feature"
EIP_FILES = (EIP, EIP_MOVES)

EIP_HERE = "The egress node's own clients use the egress address"
EIP_FAR = "Clients of other nodes use the egress address too"
EIP_EACH = "No connection of a client shows its node instead"
EIP_OTHERS = "Other namespaces keep the address of their node"
EIP_SELECTED = "Only the pods that are selected use it"
EIP_POD = "Traffic to a pod keeps the client's own address"
EIP_SERVICE = "Traffic to a service keeps the client's own address"
EIP_NODE = "Traffic to a node keeps the client's node address"
EIP_NOBODY = "A host off the cluster is nobody's workload"
EIP_FIREWALL = "Egress firewall and egress address work together"

EIP_MOVED = "The egress address moves with the label"
EIP_REMOVED = "Without its egress address a namespace shows its nodes"
EIP_HOMELESS = "An egress address without a node is not used"

_ON_THE_WAY_OUT = (EIP_HERE, EIP_FAR, EIP_EACH, EIP_FIREWALL, EIP_MOVED)

EGRESS_IP_FAULTS = (
    Fault("egress-ip-never-assigned", "no node ever gets an egress address", (EIP, EIP_MOVES)),
    Fault(
        "egress-ip-status-only",
        "the status names a node, and no traffic uses the address",
        (EIP, EIP_MOVES),
    ),
    Fault(
        "egress-ip-not-used",
        "clients of other nodes than the egress node show their own node",
        (
            *(EIP_FAR, EIP_EACH, EIP_OTHERS, EIP_SELECTED, EIP_POD, EIP_SERVICE, EIP_NODE),
            *(EIP_NOBODY, EIP_MOVES),
        ),
    ),
    Fault(
        "egress-ip-leaks-at-times",
        "of a pod's connections every third one shows its node",
        (EIP_EACH,),
    ),
    Fault(
        "egress-ip-for-every-namespace", "every namespace uses the egress address", (EIP_OTHERS,)
    ),
    Fault(
        "egress-ip-for-every-pod",
        "pods that are not selected use the egress address",
        (EIP_SELECTED,),
    ),
    Fault(
        "egress-ip-on-cluster-traffic",
        "traffic to pods comes from the egress address as well",
        (EIP_POD, EIP_SERVICE),
    ),
    Fault(
        "egress-ip-on-node-traffic",
        "traffic to nodes comes from the egress address as well",
        (EIP_NODE,),
    ),
    Fault(
        "egress-ip-survives-removal",
        "an egress address that was removed is still used",
        (EIP_REMOVED,),
    ),
    Fault(
        "egress-ip-no-failover",
        "a node keeps an egress address when its label goes",
        (EIP_MOVED, EIP_HOMELESS),
    ),
    Fault(
        "egress-ip-moves-in-status-only",
        "when the label moves, the traffic stays where it was",
        (EIP_MOVED,),
    ),
    Fault(
        "egress-ip-homeless-drops",
        "traffic vanishes while no node has the address",
        (EIP_HOMELESS,),
    ),
    Fault(
        "egress-ip-lifts-firewall",
        "a namespace with an egress address has no firewall",
        (EIP_FIREWALL,),
    ),
    Fault(
        "egress-ip-flow-missing",
        "the egress node's agent misses the translated flow",
        _ON_THE_WAY_OUT,
    ),
    Fault(
        "egress-ip-events-missing",
        "nothing tells why an egress address has no node",
        (EIP_HOMELESS,),
    ),
)
