"""The lies about objects that do not bind, and who must catch each: a part of catalog/faults.py."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalog.drop_faults import BY_POLICY, EVENT_ADMIN, EVENT_OFF
from catalog.egress_ip_faults import EIP_FILES
from catalog.enforcement import BOUND_KINDS, lie
from catalog.fault import Fault
from catalog.network_faults import UDN_BORDER, UDN_CLUSTER, UDN_INSIDE

_WHO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "NetworkPolicy": tuple(t for t in (*BY_POLICY, EVENT_OFF) if t != EVENT_ADMIN),
        "AdminNetworkPolicy": (EVENT_ADMIN,),
        "EgressIP": EIP_FILES,
        "UserDefinedNetwork": tuple(t for t in (*UDN_INSIDE, UDN_BORDER) if t != UDN_CLUSTER),
        "ClusterUserDefinedNetwork": (UDN_CLUSTER,),
    }
)

ENFORCEMENT_FAULTS = tuple(
    Fault(lie(kind, way), says, _WHO[kind])
    for kind, ways in BOUND_KINDS.items()
    for way, says in ways.items()
)
