"""From map entries to the record that flowlogs-pipeline gets, with the keys that upstream omits.

Source: ebpf-agent 1.12, pkg/decode/decode_protobuf.go. Faults of the agent sit here.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from simulation.agent import networks
from simulation.agent.events import NO_EVENTS, EventSource
from simulation.agent.flow import DnsFacts, DropFacts, Extras, Flow, Seen
from simulation.faults import Faults
from simulation.world.packet import ICMP, ICMPV6, SCTP, TCP, UDP, Key, Xlat

Record = dict[str, Any]
RCODES = (
    *("NoError", "FormErr", "ServFail", "NXDomain", "NotImp", "Refused"),
    *("YXDomain", "YXRRSet", "NXRRSet", "NotAuth", "NotZone"),
)
IPV4, IPV6 = 2048, 34525
NO_MAC = "00:00:00:00:00:00"
UNKNOWN = "unknown"


class Decoder:
    """One agent's decoder. `plugged` tells whether a pod's interface still exists."""

    def __init__(
        self,
        agent_address: str,
        plugged: Callable[[str], bool],
        faults: Faults,
        rng: random.Random,
        events: EventSource = NO_EVENTS,
    ) -> None:
        self._agent = agent_address
        self._events = events
        self._plugged = plugged
        self._faults = faults
        self._rng = rng
        self.ahead = 0.0
        """Seconds by which the clock of this node is ahead."""

    def record(
        self, flow: Flow, extras: Extras | None, sampling: int, maps_networks: bool
    ) -> Record:
        record = self._base(flow.key, flow.macs, flow.start, flow.end)
        record["IfDirections"] = [seen.direction for seen in flow.seen]
        record["Interfaces"] = [self._interface(seen) for seen in flow.seen]
        record["Udns"] = [self._network(seen) if maps_networks else "" for seen in flow.seen]
        record |= {"Bytes": flow.bytes, "Packets": flow.packets, "Dscp": flow.dscp}
        if sampling:
            record["Sampling"] = sampling
        if flow.key.proto == TCP:
            record["Flags"] = flow.flags
        self._extend(record, flow.key, extras)
        return record

    def partial(self, key: Key, extras: Extras) -> Record:
        """What is left when the main entry went with an earlier eviction, or never was."""
        record = self._base(key, (NO_MAC, NO_MAC), extras.start, extras.end)
        record |= {"IfDirections": [0], "Interfaces": [UNKNOWN], "Udns": [""], "Dscp": 0}
        if key.proto == TCP:
            record["Flags"] = 0
        self._extend(record, key, extras)
        return record

    def _base(self, key: Key, macs: tuple[str, str], start: float, end: float) -> Record:
        record: Record = {
            "SrcMac": macs[0],
            "DstMac": macs[1],
            "Etype": IPV6 if ":" in key.src else IPV4,
            "TimeFlowStartMs": int((start + self.ahead) * 1000),
            "TimeFlowEndMs": int((end + self.ahead) * 1000),
            "AgentIP": self._agent,
            "SrcAddr": key.src,
            "DstAddr": key.dst,
            "Proto": key.proto,
        }
        if key.proto in (TCP, UDP, SCTP):
            record |= {"SrcPort": key.sport, "DstPort": key.dport}
        if key.proto in (ICMP, ICMPV6):
            record |= {"IcmpType": key.icmp_type, "IcmpCode": key.icmp_code}
        return record

    def _interface(self, seen: Seen) -> str:
        return seen.interface if not seen.pod or self._plugged(seen.interface) else UNKNOWN

    def _network(self, seen: Seen) -> str:
        return networks.network_of(seen, self._plugged(seen.interface), self._faults)

    def _extend(self, record: Record, key: Key, extras: Extras | None) -> None:
        networks.misshape(record, self._faults)
        if extras is None:
            return
        networks.add_ipsec(record, extras.ipsec, self._faults)
        if extras.dns is not None:
            self._add_dns(record, extras.dns)
        if extras.drop is not None:
            _add_drop(record, extras.drop)
        if extras.rtt:
            self._add_rtt(record, extras.rtt)
        if extras.xlat is not None:
            self._add_xlat(record, key, extras.xlat)
        self._events.add(record, extras.cookies, self._faults)

    def _add_rtt(self, record: Record, nanoseconds: int) -> None:
        if self._faults.active("rtt-is-zero"):
            nanoseconds = 0
        elif self._faults.active("rtt-in-microseconds"):
            nanoseconds //= 1000
        record["TimeFlowRttNs"] = nanoseconds

    def _add_dns(self, record: Record, dns: DnsFacts) -> None:
        if dns.errno:
            record["DnsErrno"] = dns.errno
        if not dns.id:
            return
        rcode = dns.flags & 0xF
        record["DnsId"] = dns.id
        record["DnsFlags"] = dns.flags
        record["DnsFlagsResponseCode"] = RCODES[rcode] if rcode < len(RCODES) else "UnDefined"
        record["DnsLatencyMs"] = int(dns.latency * 1000 + 1e-6)
        if dns.name:
            record["DnsName"] = dns.name
        self._lie_about_dns(record, dns)

    def _lie_about_dns(self, record: Record, dns: DnsFacts) -> None:
        if self._faults.active("dns-id-wrong"):
            record["DnsId"] = dns.id % 65535 + 1
        if self._faults.active("servfail-as-noerror") and dns.flags & 0xF == 2:
            record["DnsFlagsResponseCode"] = RCODES[0]
        if self._faults.active("dns-rcode-upper-case"):
            record["DnsFlagsResponseCode"] = record["DnsFlagsResponseCode"].upper()
        if self._faults.active("dns-latency-in-seconds"):
            record["DnsLatencyMs"] = record["DnsLatencyMs"] / 1000
        if self._faults.active("dns-latency-zero"):
            record["DnsLatencyMs"] = 0

    def _add_xlat(self, record: Record, key: Key, xlat: Xlat) -> None:
        if self._faults.active("xlat-pre-nat"):
            xlat = Xlat(key.src, key.dst, key.sport, key.dport, xlat.zone)
        if self._faults.active("xlat-wrong-backend"):
            xlat = xlat._replace(dst=_neighbour(xlat.dst))
        record |= {"XlatSrcAddr": xlat.src, "XlatDstAddr": xlat.dst, "ZoneId": xlat.zone}
        if xlat.sport:
            record["XlatSrcPort"] = xlat.sport
        if xlat.dport:
            record["XlatDstPort"] = xlat.dport


def _add_drop(record: Record, drop: DropFacts) -> None:
    record["PktDropBytes"] = drop.bytes
    record["PktDropPackets"] = drop.packets
    record["PktDropLatestFlags"] = drop.flags
    record["PktDropLatestState"] = drop.state
    record["PktDropLatestDropCause"] = drop.cause


def _neighbour(address: str) -> str:
    """Another address of the same network, which need not be anybody's."""
    if ":" in address:
        return address.rsplit(":", 1)[0] + ":fade"
    head, _, last = address.rpartition(".")
    return f"{head}.{(int(last) + 7) % 254 + 1}"
