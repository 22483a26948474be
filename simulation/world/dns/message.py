"""DNS messages as bytes: one question, plain records, EDNS as dig and CoreDNS use it.

Source: RFC 1035 §4, RFC 6891 §6.1.2; name compression points to the question only.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import ip_address

from simulation.world.packet import DnsHeader

QUERY, AUTHORITATIVE, RECURSION_DESIRED, RECURSION_AVAILABLE, AUTHENTIC = (
    0x8000,
    0x0400,
    0x0100,
    0x0080,
    0x0020,
)
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
RCODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED")
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
TYPE_NAMES = {number: name for name, number in TYPES.items()}
OPT, COOKIE_OPTION = 41, 10


@dataclass(frozen=True)
class Record:
    """One resource record; `data` is text as in a zone file."""

    name: str
    type: str
    ttl: int
    data: str


@dataclass(frozen=True)
class Message:
    """A question, or the answer to one. `edns` is the payload size offered, 0 for no EDNS."""

    id: int
    flags: int
    name: str
    type: str
    answers: tuple[Record, ...] = ()
    edns: int = 0
    cookie: bool = False

    @property
    def rcode(self) -> int:
        return self.flags & 0xF

    def answered(self, rcode: int, answers: tuple[Record, ...] = (), own: bool = True) -> Message:
        """The reply: a zone of one's own is authoritative, everything else was looked up."""
        kept = self.flags & RECURSION_DESIRED
        flags = QUERY | kept | rcode | (AUTHORITATIVE if own else RECURSION_AVAILABLE)
        edns = 1232 if self.edns else 0
        return replace(self, flags=flags, answers=answers, edns=edns, cookie=False)

    def packed(self) -> bytes:
        head = struct.pack(
            "!6H", self.id, self.flags, 1, len(self.answers), 0, 1 if self.edns else 0
        )
        question = _name(self.name) + struct.pack("!2H", TYPES.get(self.type, 255), 1)
        records = b"".join(self._record(record) for record in self.answers)
        return head + question + records + (self._opt() if self.edns else b"")

    def _record(self, record: Record) -> bytes:
        name = b"\xc0\x0c" if record.name == self.name else _name(record.name)
        data = _data(record)
        kind = TYPES.get(record.type, 255)
        return name + struct.pack("!2HIH", kind, 1, record.ttl, len(data)) + data

    def _opt(self) -> bytes:
        option = struct.pack("!2H8x", COOKIE_OPTION, 8) if self.cookie else b""
        return b"\x00" + struct.pack("!2HIH", OPT, self.edns, 0, len(option)) + option


def _name(text: str) -> bytes:
    labels = [label for label in text.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\x00"


def _data(record: Record) -> bytes:
    if record.type in ("A", "AAAA"):
        return ip_address(record.data).packed
    if record.type == "TXT":
        text = record.data.strip('"').encode()
        return bytes([len(text)]) + text
    return _name(record.data)


@lru_cache(maxsize=4096)
def unpacked(payload: bytes) -> Message | None:
    """The message in a payload, or None where there is none."""
    try:
        return _unpacked(payload)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError):
        return None


def _unpacked(payload: bytes) -> Message:
    number, flags, questions, answers, _, additional = struct.unpack_from("!6H", payload)
    if questions != 1:
        raise ValueError("not one question")
    name, at = _read_name(payload, 12)
    kind, _ = struct.unpack_from("!2H", payload, at)
    at += 4
    records = []
    for _ in range(answers):
        record, at = _read_record(payload, at)
        records.append(record)
    edns = struct.unpack_from("!H", payload, at + 3)[0] if additional else 0
    cookie = bool(edns) and len(payload) > at + 11
    wanted = TYPE_NAMES.get(kind, f"TYPE{kind}")
    return Message(number, flags, name, wanted, tuple(records), edns, cookie)


def _read_name(payload: bytes, at: int) -> tuple[str, int]:
    labels: list[str] = []
    while payload[at]:
        if payload[at] & 0xC0:
            pointer = struct.unpack_from("!H", payload, at)[0] & 0x3FFF
            return ".".join([*labels, _read_name(payload, pointer)[0]]), at + 2
        length = payload[at]
        labels.append(payload[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels), at + 1


def _read_record(payload: bytes, at: int) -> tuple[Record, int]:
    name, at = _read_name(payload, at)
    kind, _, ttl, length = struct.unpack_from("!2HIH", payload, at)
    at += 10
    data = payload[at : at + length]
    if kind in (1, 28):
        text = str(ip_address(data))
    elif kind == 16:
        text = '"' + data[1:].decode() + '"'
    else:
        text = _read_name(payload, at)[0]
    return Record(name, TYPE_NAMES.get(kind, f"TYPE{kind}"), ttl, text), at + length


@lru_cache(maxsize=4096)
def header(payload: bytes) -> DnsHeader | None:
    """What an eBPF program reads of a payload."""
    if len(payload) < 17:
        return None
    message = unpacked(payload)
    return None if message is None else DnsHeader(message.id, message.flags, message.name)
