"""The facts of a scenario that table cells may refer to by name, instead of writing them down."""

from __future__ import annotations

from kit.nearest import nearest

FACTS = (
    "the client's name",
    "the client's namespace",
    "the client's address",
    "the client's port",
    "the client's node",
    "the client's node address",
    "the server's name",
    "the server's namespace",
    "the server's owner",
    "the server's address",
    "the server's port",
    "the server's node",
    "the server's node address",
    "the service's name",
    "the service's address",
    "the service's port",
    "the target's address",
    "the target's port",
    "the egress address",
    "the egress node's address",
    "the policy's name",
    "the network's name",
)
"""What a scenario knows of its traffic without writing it down."""

DURATION = "the request took"
"""Seconds that the client was at it; cells compare with it: no longer than the request took."""

WHOSE = (
    *("the client's", "the server's", "the service's"),
    *("the egress address", "the egress node's"),
    *("the target's", "the policy's", "the network's"),
)


def names_a_fact(text: str) -> bool:
    """Whether a cell means a fact; ValueError when it seems to and there is none of that name."""
    if not text.startswith(WHOSE):
        return False
    if text not in FACTS:
        raise ValueError(f"{text!r} is not a known fact{nearest(text, FACTS)}")
    return True
