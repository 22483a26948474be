"""A transparent proxy between the pods and everything outside: only there when the cluster lies."""

from __future__ import annotations

from simulation.world.http import Reply, write_reply
from simulation.world.nouns import Endpoint, External, like
from simulation.world.packet import TCP
from simulation.world.path import Path
from simulation.world.sockets import Answer, Peer

FAULT = "proxy-in-the-way"
PROXY = External("192.0.2.8", ("proxy.example.com",), (), other_addresses=("2001:db8:2::8",))
PORT = 3128


def divert(path: Path) -> None:
    """Let the proxy answer in the place of a host outside, whatever the firewall says."""
    sender, receiver = path.sender, path.receiver
    leaves = isinstance(sender, Endpoint) and not sender.host_network
    if not leaves or path.sent.proto != TCP or _is_pod(receiver):
        return
    path.receiver, path.checkpoints = PROXY, ()
    proxy = like(path.arrives.dst, PROXY.addresses)
    path.arrives = path.arrives._replace(dst=proxy, dport=PORT)


def answer(payload: bytes, peer: Peer) -> Answer:
    del payload
    reply = Reply(503, b"the proxy knows no such host\n", {"Via": "1.1 proxy.example.com"})
    return Answer(write_reply(reply, peer.at), 0.002)


def _is_pod(far: Endpoint | External | None) -> bool:
    return isinstance(far, Endpoint) and not far.host_network
