"""What dig prints about an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from simulation.world.dns.message import (
    AUTHENTIC,
    AUTHORITATIVE,
    QUERY,
    RCODES,
    RECURSION_AVAILABLE,
    RECURSION_DESIRED,
    Message,
    Record,
)
from simulation.world.programs.dig_options import Question
from simulation.world.udp import Target

_FLAGS = (
    (QUERY, "qr"),
    (AUTHORITATIVE, "aa"),
    (RECURSION_DESIRED, "rd"),
    (RECURSION_AVAILABLE, "ra"),
    (AUTHENTIC, "ad"),
)


@dataclass(frozen=True)
class Heading:
    """What is known of an exchange besides its answer."""

    server: Target
    size: int
    took: float
    stamp: str


def printed(question: Question, reply: Message, heading: Heading) -> str:
    if question.short:
        return "".join(f"{record.data}\n" for record in reply.answers)
    parts = []
    if question.show["cmd"]:
        words = " ".join(question.words)
        parts.append(f"\n; <<>> DiG 9.18.33 <<>> {words}\n; (1 server found)\n")
        parts.append(";; global options: +cmd\n")
    if question.show["comments"]:
        parts.append(_header(reply))
    if question.show["question"]:
        parts.append(f";; QUESTION SECTION:\n;{reply.name}.\t\t\tIN\t{reply.type}\n\n")
    if question.show["answer"] and reply.answers:
        title = ";; ANSWER SECTION:\n" if question.show["comments"] else ""
        parts.append(title + "".join(map(_line, reply.answers)) + "\n")
    if question.show["stats"]:
        parts.append(_stats(question, heading))
    return "".join(parts)


def _header(reply: Message) -> str:
    flags = " ".join(name for bit, name in _FLAGS if reply.flags & bit)
    additional = 1 if reply.edns else 0
    text = (
        ";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, "
        f"status: {RCODES[reply.rcode]}, id: {reply.id}\n"
        f";; flags: {flags}; QUERY: 1, ANSWER: {len(reply.answers)}, "
        f"AUTHORITY: 0, ADDITIONAL: {additional}\n"
    )
    if not reply.flags & RECURSION_AVAILABLE:
        text += ";; WARNING: recursion requested but not available\n"
    edns = f";; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: {reply.edns}\n"
    return text + "\n" + (edns if reply.edns else "")


def _line(record: Record) -> str:
    name = "." if not record.name else record.name + "."
    return f"{name}\t\t{record.ttl}\tIN\t{record.type}\t{record.data}\n"


def _stats(question: Question, heading: Heading) -> str:
    address, port = heading.server.address, heading.server.port
    when = datetime.strptime(heading.stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    kind = "TCP" if question.tcp else "UDP"
    return (
        f";; Query time: {int(heading.took * 1000)} msec\n"
        f";; SERVER: {address}#{port}({address}) ({kind})\n"
        f";; WHEN: {when:%a %b %d %H:%M:%S UTC %Y}\n"
        f";; MSG SIZE  rcvd: {heading.size}\n\n"
    )
