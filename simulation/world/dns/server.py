"""A CoreDNS: its server blocks answer questions as the real plugins do.

Plugins run in CoreDNS's own order (plugin.cfg), not in that of the file: `template` before
`hosts`, `kubernetes`, `forward` and `erratic`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from simulation.faults import Faults
from simulation.world.dns.corefile import Plugin, ServerBlock
from simulation.world.dns.message import (
    NOERROR,
    NXDOMAIN,
    RCODES,
    REFUSED,
    SERVFAIL,
    Message,
    Record,
    unpacked,
)
from simulation.world.sockets import Answer, Peer

THINKING = 150e-6
ERRATIC = {"A": "192.0.2.53", "AAAA": "2001:db8::53"}
"""What the plugin `erratic` answers. Source: coredns plugin/erratic."""

_ORDER = ("template", "hosts", "kubernetes", "forward", "erratic")

Names = Callable[[str, str], Sequence[str] | None]
"""From a name and type to its addresses; None where the name does not exist."""


class NameServer:
    """The blocks of one port. `inside` knows services, `outside` everybody else."""

    def __init__(
        self, blocks: Sequence[ServerBlock], inside: Names, outside: Names, faults: Faults
    ) -> None:
        self._blocks = blocks
        self._names = {"kubernetes": inside, "forward": outside}
        self._faults = faults
        self._asked = 0

    def over_udp(self, payload: bytes, peer: Peer) -> Answer | None:
        del peer
        question = unpacked(payload)
        if question is None:
            return None
        reply, delay = self._answer(question)
        return None if reply is None else Answer((reply.packed(),), THINKING + delay)

    def over_tcp(self, payload: bytes, peer: Peer) -> Answer | None:
        """The same, with two bytes of length in front."""
        answer = self.over_udp(payload[2:], peer)
        if answer is None:
            return None
        return Answer((len(answer.payload).to_bytes(2, "big") + answer.payload,), answer.delay)

    def _answer(self, question: Message) -> tuple[Message | None, float]:
        block = self._block(question.name.lower())
        if block is None:
            return question.answered(REFUSED, own=False), 0.0
        reply, delay = self._by_plugins(block, question)
        if reply is not None and reply.rcode == NXDOMAIN:
            reply = self._resolved_after_all(question, reply)
        return reply, delay

    def _resolved_after_all(self, question: Message, reply: Message) -> Message:
        if not self._faults.active("dns-every-name-resolves"):
            return reply
        return question.answered(NOERROR, (Record(question.name, "A", 60, "192.0.2.80"),))

    def _block(self, name: str) -> ServerBlock | None:
        """The block with the longest zone that the name is in."""
        found: tuple[int, ServerBlock | None] = (-1, None)
        for block in self._blocks:
            for zone in block.zones:
                if _within(name, zone) and len(zone) > found[0]:
                    found = len(zone), block
        return found[1]

    def _by_plugins(self, block: ServerBlock, question: Message) -> tuple[Message | None, float]:
        known = [plugin for plugin in block.plugins if plugin.name in _ORDER]
        for plugin in sorted(known, key=lambda plugin: _ORDER.index(plugin.name)):
            if plugin.name == "erratic":
                return self._erratic(plugin, question)
            reply = self._by(plugin, block, question)
            if reply is not None:
                return reply, 0.0
        return question.answered(SERVFAIL, own=False), 0.0

    def _by(self, plugin: Plugin, block: ServerBlock, question: Message) -> Message | None:
        if plugin.name == "template":
            return _template(plugin, block, question)
        if plugin.name == "hosts":
            return _hosts(plugin, question)
        zones = plugin.args if plugin.name == "kubernetes" else (".",)
        if not any(_within(question.name.lower(), zone.rstrip(".")) for zone in zones):
            return None
        found = self._names[plugin.name](question.name.lower(), question.type)
        own = plugin.name == "kubernetes"
        if found is None:
            return question.answered(NXDOMAIN, own=own)
        return question.answered(NOERROR, _records(question, found), own)

    def _erratic(self, plugin: Plugin, question: Message) -> tuple[Message | None, float]:
        self._asked += 1
        if self._due(plugin, "drop", "0"):
            return None, 0.0
        late = plugin.options("delay")
        wait = late[0][1] if late and len(late[0]) > 1 else "100ms"
        delay = seconds(wait) if late and self._due(plugin, "delay", "2") else 0.0
        data = ERRATIC.get(question.type)
        if data is None:
            return question.answered(SERVFAIL), delay
        return question.answered(NOERROR, (Record(question.name, question.type, 0, data),)), delay

    def _due(self, plugin: Plugin, option: str, default: str) -> bool:
        lines = plugin.options(option)
        every = int(lines[0][0]) if lines and lines[0] else int(default)
        return every > 0 and self._asked % every == 0


def _template(plugin: Plugin, block: ServerBlock, question: Message) -> Message | None:
    args = plugin.args + ("ANY", "ANY")[len(plugin.args) :]
    zones = tuple(zone.rstrip(".").lower() for zone in args[2:]) or block.zones
    if args[1] not in ("ANY", question.type):
        return None
    if not any(_within(question.name.lower(), zone) for zone in zones):
        return None
    patterns = [pattern for line in plugin.options("match") for pattern in line]
    if patterns and not any(re.search(pattern, question.name + ".") for pattern in patterns):
        return None
    rcodes = plugin.options("rcode")
    rcode = RCODES.index(rcodes[0][0].upper()) if rcodes else NOERROR
    lines = [" ".join(line) for line in plugin.options("answer")]
    return question.answered(rcode, tuple(_filled(line, question) for line in lines))


def _filled(line: str, question: Message) -> Record:
    text = re.sub(r"\{\{\s*\.Name\s*\}\}", question.name + ".", line)
    name, ttl, _, kind, *data = text.split()
    return Record(name.rstrip("."), kind, int(ttl), " ".join(data))


def _hosts(plugin: Plugin, question: Message) -> Message | None:
    found = [
        line[0]
        for line in plugin.body
        if question.name.lower() in (word.rstrip(".").lower() for word in line[1:])
    ]
    if found:
        return question.answered(NOERROR, _records(question, found))
    return None if plugin.options("fallthrough") else question.answered(NXDOMAIN)


def _records(question: Message, addresses: Sequence[str]) -> tuple[Record, ...]:
    family = {"A": False, "AAAA": True}.get(question.type)
    return tuple(
        Record(question.name, question.type, 30, address)
        for address in addresses
        if family is not None and (":" in address) is family
    )


def _within(name: str, zone: str) -> bool:
    zone = zone.lower()
    return zone in ("", name) or name.endswith("." + zone)


def seconds(text: str) -> float:
    """A Go duration of one unit: 50ms, 1.5s, 200us."""
    match = re.fullmatch(r"([\d.]+)(us|µs|ms|s|m)", text)
    if match is None:
        raise ValueError(f"not a duration: {text}; write 50ms or 1s")
    unit = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}[match[2]]
    return float(match[1]) * unit
