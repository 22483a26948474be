"""What an item of the field NetworkEvents holds: who decided about the packet, and how.

Source: ebpf-agent, pkg/utils/networkevents/network_events.go, and ovn-kubernetes'
observability-lib/model/network_event.go. An item that is no decoded ACL has a Message alone.
"""

from __future__ import annotations

from types import MappingProxyType

from catalog.kinds import Field, Kind


def _words(*words: str) -> MappingProxyType[str, str | int]:
    return MappingProxyType({word: word for word in words})


TYPE = Field(
    "Type",
    "type",
    Kind.TEXT,
    words=_words(
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "EgressFirewall",
        "MulticastCluster",
        "MulticastNS",
        "NetpolNamespace",
        "NetpolNode",
        "NetworkPolicy",
        "UDNIsolation",
    ),
)
ACTION = Field(
    "Action",
    "action",
    Kind.TEXT,
    words=_words("allow", "allow-related", "allow-stateless", "drop", "reject", "pass"),
)
NAME = Field("Name", "name", Kind.TEXT)
NAMESPACE = Field("Namespace", "namespace", Kind.TEXT)
DIRECTION = Field("Direction", "direction", Kind.TEXT, words=_words("ingress", "egress"))
"""Versions differ in how they write it: it is compared in lower case."""

EVENT_FIELDS = (TYPE, ACTION, NAME, NAMESPACE, DIRECTION)
BY_PHRASE = {field.phrase: field for field in EVENT_FIELDS}
