"""SCTP is a module of the kernel that many nodes forbid; a socket on the loopback tells."""

from __future__ import annotations

from kit.capabilities import Capability, supported, unsupported
from kit.clients import Clients
from kit.commands import connect
from kit.traffic import End

LOOPBACK, DISCARD = "127.0.0.1", 9
UNKNOWN_PROTOCOL = "protocol not supported"


def spoken(clients: Clients) -> Capability:
    """Nobody listens there: what matters is who says no, the far end or the kernel."""
    target = End("the loopback", "", LOOPBACK, DISCARD)
    traffic = clients.send(connect(LOOPBACK, DISCARD, "SCTP"), target)
    said = traffic.output.strip() or traffic.outcome.value
    node = traffic.client.node
    if UNKNOWN_PROTOCOL in said.lower():
        return unsupported(f"the kernel of {node} says: {said}")
    return supported(f"a socket on {node} could be opened: {said}")
