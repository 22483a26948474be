"""The commands that probes run, and how the end of each is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from catalog.dns import RESPONSE_CODES
from catalog.outcomes import AGNHOST_CONNECT_WORDS, CURL_EXIT_CODES, Outcome

CONNECT_TIMEOUT = 3
"""Seconds: long enough for one retransmitted SYN, short enough for a nightly run."""
ANSWER_TIMEOUT = 10

NO_WAY = ("no route to host", "network is unreachable")
"""What agnhost repeats of the kernel's EHOSTUNREACH and ENETUNREACH."""

Sent = Mapping[str, object]


@dataclass(frozen=True)
class Ending:
    """How one command ended: its outcome, the answer it got, and what it put on the wire.

    `took` is how long it was at it, in seconds, where it tells.
    """

    outcome: Outcome
    answer: str = ""
    sent: Sent = field(default_factory=lambda: MappingProxyType({}))
    took: float | None = None


@dataclass(frozen=True)
class Command:
    """A command line and the reader of its exit code and output."""

    argv: tuple[str, ...]
    read: Callable[[int, str], Ending]


def http_get(url: str, *options: str) -> Command:
    """One HTTP request by curl, without proxies; the last line of its output tells the 4-tuple."""
    told = "%{http_code} %{local_ip} %{local_port} %{remote_ip} %{remote_port}"
    told += " %{time_connect} %{time_total}"
    argv = (
        *("curl", "--silent", "--show-error", "--noproxy", "*", "--output", "/dev/null"),
        *("--connect-timeout", str(CONNECT_TIMEOUT), "--max-time", str(ANSWER_TIMEOUT)),
        *("--write-out", told + "\\n"),
        *options,
        url,
    )
    return Command(argv, _read_curl)


def http_get_from(source_port: int, url: str) -> Command:
    """The same from a port of ours: a connection that never came about has its 4-tuple too."""
    command = http_get(url, "--local-port", str(source_port))

    def read(code: int, output: str) -> Ending:
        ending = command.read(code, output)
        return replace(ending, sent={"SrcPort": source_port, **ending.sent})

    return Command(command.argv, read)


def connect(address: str, port: int, protocol: str) -> Command:
    """One TCP, UDP or SCTP exchange by agnhost, which names why it failed."""
    host = f"[{address}]" if ":" in address else address
    argv = (
        *("/agnhost", "connect", f"{host}:{port}"),
        *(f"--timeout={CONNECT_TIMEOUT}s", f"--protocol={protocol.lower()}"),
    )
    return Command(argv, _read_connect)


def lookup(name: str, server: str, query_id: int, *, tcp: bool = False) -> Command:
    """One DNS question for an A record by dig, sent once, under a known id."""
    argv = (
        *("dig", f"@{server}", name, "A", f"+qid={query_id}", "+tries=1", "+time=5"),
        *("+noedns", "+noall", "+comments", "+answer", "+stats"),
        "+tcp" if tcp else "+notcp",
    )
    return Command(argv, lambda code, output: _read_dig(code, output, query_id))


def any_status(command: Command) -> Command:
    """The same request to a server whose HTTP status is nobody's business."""
    return replace(command, read=lambda code, output: _read_curl(code, output, ours=False))


def _read_curl(code: int, output: str, *, ours: bool = True) -> Ending:
    """Our own servers answer with 200 and nothing else; another status is another's answer."""
    outcome = CURL_EXIT_CODES.get(code)
    if outcome is None:
        return Ending(Outcome.BROKEN_PROBE, f"exit code {code}")
    told = re.search(r"^(\d{3}) (\S*) (-?\d+) (\S*) (-?\d+) [\d.]+ ([\d.]+)$", output, re.MULTILINE)
    if told is None:
        broken = outcome is Outcome.CONNECTED
        return Ending(Outcome.BROKEN_PROBE if broken else outcome)
    if ours and code in (0, 22) and told[1] != "200":
        return Ending(Outcome.INTERCEPTED, told[1])
    port, remote = int(told[3]), told[4].strip("[]")
    sent: dict[str, object] = {"SrcPort": port} if port > 0 else {}
    return Ending(outcome, told[1], sent | ({"DstAddr": remote} if remote else {}), float(told[6]))


def _read_connect(code: int, output: str) -> Ending:
    if code == 0:
        return Ending(Outcome.CONNECTED)
    word = re.search(r"^(TIMEOUT|REFUSED|DNS|OTHER|UNKNOWN)\b.*", output, re.MULTILINE)
    if code != 1 or word is None:
        return Ending(Outcome.BROKEN_PROBE)
    if word[1] == "OTHER" and any(reason in word[0] for reason in NO_WAY):
        return Ending(Outcome.UNREACHABLE)
    return Ending(AGNHOST_CONNECT_WORDS.get(word[1], Outcome.BROKEN_PROBE), word[0])


def _read_dig(code: int, output: str, query_id: int) -> Ending:
    """dig exits with 0 for any answer, 9 for none; the header tells which answer it was."""
    sent = {"DnsId": query_id}
    if code == 9:
        refused = "connection refused" in output
        return Ending(Outcome.REFUSED if refused else Outcome.TIMED_OUT, sent=sent)
    status = re.search(r"status: (\w+), id: (\d+)", output)
    if code != 0 or status is None or int(status[2]) != query_id:
        return Ending(Outcome.BROKEN_PROBE, sent=sent)
    return Ending(Outcome.CONNECTED, RESPONSE_CODES.get(status[1], status[1]), sent)
