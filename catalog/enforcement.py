"""The kinds of objects that bind traffic or pods, and the ways in which a cluster may fail them.

Every kind that scenarios apply is here in every way that differs; egress firewalls have had lies of
their own from the beginning (catalog/firewall_faults.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LATE_SECONDS = 600.0
"""Cluster seconds: longer than any scenario waits."""

WAYS = ("not", "late", "elsewhere")

_WORDS = {
    "NetworkPolicy": "network policies",
    "AdminNetworkPolicy": "admin network policies",
    "EgressIP": "egress addresses",
    "UserDefinedNetwork": "user-defined networks",
    "ClusterUserDefinedNetwork": "cluster-wide networks",
}
_SAYS = {"not": "bind nobody", "late": "take ten minutes to bind", "elsewhere": "bind strangers"}


def _ways(kind: str, *ways: str) -> dict[str, str]:
    return {way: f"{_WORDS[kind]} {_SAYS[way]}" for way in ways}


BOUND_KINDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "NetworkPolicy": _ways("NetworkPolicy", *WAYS),
        "AdminNetworkPolicy": _ways("AdminNetworkPolicy", *WAYS),
        "EgressIP": _ways("EgressIP", "late", "elsewhere"),
        "UserDefinedNetwork": _ways("UserDefinedNetwork", "not", "late"),
        "ClusterUserDefinedNetwork": _ways("ClusterUserDefinedNetwork", *WAYS),
    }
)
"""What is left out would be the same as something else: an EgressIP that binds nobody is
`egress-ip-status-only`; a namespace is in its own network from its first moment or in none, so that
a network that binds elsewhere binds nobody."""


def lie(kind: str, way: str) -> str:
    """The name of the fault."""
    verb = {"not": "bind-nobody", "late": "bind-late", "elsewhere": "bind-strangers"}[way]
    return f"{_WORDS[kind].replace(' ', '-')}-{verb}"
