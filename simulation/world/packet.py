"""Packets and the places where an eBPF program can see them; sizes are those on the wire."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple, Protocol

ICMP, TCP, UDP, ESP, ICMPV6, SCTP = 1, 6, 17, 50, 58, 132
PROTOCOLS = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}

INGRESS, EGRESS = 0, 1

SYN, RST, ACK, SYN_ACK, FIN_ACK, RST_ACK = 2, 4, 16, 256, 512, 1024
"""The one bit that a packet sets. Source: ebpf-agent 1.12, bpf/utils.h (an if/else chain)."""

ETHERNET, UDP_HEADER = 14, 8
GENEVE_PORT, GENEVE_OVERHEAD = 6081, 58
ESP_OVERHEAD = 46
"""What OpenShift takes off the MTU for IPsec (AES-GCM-16-256 in transport mode)."""


class Key(NamedTuple):
    """What makes packets one flow. Source: ebpf-agent 1.12, bpf/types.h (flow_id)."""

    src: str
    dst: str
    sport: int
    dport: int
    proto: int
    icmp_type: int = 0
    icmp_code: int = 0

    def turned(self) -> Key:
        return Key(self.dst, self.src, self.dport, self.sport, self.proto)

    def readdressed(self) -> Key:
        """The other way between the same hosts, to the same port: how tunnels answer."""
        return self._replace(src=self.dst, dst=self.src)


class Xlat(NamedTuple):
    """A translated tuple, as the agent's nf_nat_manip_pkt hook reads it from conntrack."""

    src: str
    dst: str
    sport: int
    dport: int
    zone: int


class Drop(NamedTuple):
    """What the agent's kfree_skb hook learns when the kernel throws a packet away."""

    size: int
    flags: int
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class DnsHeader:
    """What the agent's DNS tracker reads of a message."""

    id: int
    flags: int
    name: str

    @property
    def answers(self) -> bool:
        return bool(self.flags & 0x8000)


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame; `answers` says that it goes back to the end that opened the conversation."""

    size: int
    flag: int = 0
    answers: bool = False
    dns: DnsHeader | None = None
    payload: int = 0
    unreachable: bool = False
    dscp: int = 0


@dataclass(frozen=True, slots=True)
class Hop:
    """One interface that a packet crosses, and what it looks like there."""

    node: str
    interface: str
    direction: int
    key: Key
    macs: tuple[str, str]
    overhead: int = 0
    first_only: bool = False
    pod: bool = False
    network: str = ""
    """The user-defined network of the pod behind the interface; empty for the default one."""
    sealed: Key | None = None
    """What IPsec encrypts here: the packet on the wire is ESP, this is the one inside."""

    def turned(self) -> Hop:
        macs = (self.macs[1], self.macs[0])
        way = EGRESS if self.direction == INGRESS else INGRESS
        key = self.key.readdressed() if self.overhead else self.key.turned()
        return replace(
            self,
            direction=way,
            key=key,
            macs=macs,
            first_only=False,
            sealed=self.sealed and self.sealed.readdressed(),
        )


class Tap(Protocol):
    """Whoever watches a node's packets."""

    def seen(self, hop: Hop, packet: Packet, at: float) -> None: ...
    def dropped(self, key: Key, drop: Drop, at: float) -> None: ...
    def round_trip(self, key: Key, nanoseconds: int, at: float) -> None: ...
    def translated(self, key: Key, xlat: Xlat, at: float) -> None: ...
    def sampled(self, key: Key, cookie: int, at: float) -> None: ...
    def encrypted(self, key: Key, at: float) -> None: ...


def ip_header(address: str) -> int:
    return 40 if ":" in address else 20


def tcp_size(address: str, payload: int, flag: int) -> int:
    """SYNs carry 20 bytes of options, resets none, everything else a timestamp."""
    options = {SYN: 20, SYN_ACK: 20, RST: 0, RST_ACK: 0}.get(flag, 12)
    return ETHERNET + ip_header(address) + 20 + options + payload


def udp_size(address: str, payload: int) -> int:
    return ETHERNET + ip_header(address) + UDP_HEADER + payload


def unreachable_size(address: str, payload: int) -> int:
    """An ICMP "port unreachable" quotes the packet that it is about."""
    header = ip_header(address)
    return ETHERNET + header + 8 + header + UDP_HEADER + payload


@lru_cache(maxsize=4096)
def mac_of(address: str) -> str:
    """OVN-Kubernetes derives a pod's MAC from its address: 0a:58 and four bytes."""
    last = int(ip_address(address)) & 0xFFFFFFFF
    return "0a:58:" + ":".join(f"{byte:02x}" for byte in last.to_bytes(4, "big"))


def unreachable_key(key: Key) -> Key:
    if ":" in key.src:
        return Key(key.src, key.dst, 0, 0, ICMPV6, 1, 4)
    return Key(key.src, key.dst, 0, 0, ICMP, 3, 3)
