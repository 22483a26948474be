"""The far end off the cluster that sees who calls, and the address that callers may be given.

Only the owner of a network knows a host that answers there and an address that nobody has: both
come from the command line, or from a ConfigMap that was left on the cluster for every run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from catalog.upstream import SETTINGS_NAME, SETTINGS_NAMESPACE
from kit.cluster import Cluster
from kit.commands import Command, Ending, http_get
from kit.errors import Refused, UsageError
from kit.stage import host
from kit.traffic import End, Traffic
from kit.verdict import Verdict, met, unmet

WHERE = f"ConfigMap {SETTINGS_NAMESPACE}/{SETTINGS_NAME}"
Read = Callable[[int, str], Ending]
CALLED = re.compile(r"^\[?[\da-f.:]+\]?:\d+$", re.MULTILINE)
"""What `/clientip` answers, on a line of its own."""


@dataclass(frozen=True)
class Settings:
    """`echo` is a URL, `egress_ip` an address; each may be empty."""

    echo: str = ""
    egress_ip: str = ""


def settings(cluster: Cluster, given: Settings) -> Settings:
    """What the command line says, and where it says nothing, what the cluster's owner has left."""
    left = _left(cluster)
    return Settings(
        given.echo or left.get("echo", ""), given.egress_ip or left.get("egress-ip", "")
    )


def _left(cluster: Cluster) -> dict[str, str]:
    """Nothing where we may not look: what is lacking is told by the scenarios that lack it."""
    try:
        found = cluster.get("v1", "ConfigMap", SETTINGS_NAME, SETTINGS_NAMESPACE) or {}
    except Refused:
        return {}
    left: dict[str, str] = found.get("data") or {}
    return left


def echo_end(url: str) -> End:
    """The host behind the URL, by address: a name could have many."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not re.fullmatch(r"[\d.]+|[\da-f:]+", parts.hostname or ""):
        raise UsageError(f"--echo wants http://ADDRESS:PORT of a host off the cluster, not {url!r}")
    return End("the echo", "", str(parts.hostname), parts.port or 80)


def ask_who(end: End) -> Command:
    """Ask an agnhost netexec who is calling; the answer is the caller's address and port."""
    plain = http_get(f"http://{host(end.address)}:{end.port}/clientip")
    drop = plain.argv.index("--output")
    argv = plain.argv[:drop] + plain.argv[drop + 2 :]
    written = argv.index("--write-out") + 1
    argv = (*argv[:written], "\\n" + argv[written], *argv[written + 1 :])
    return Command(argv, _reader(plain.read))


def ask_who_often(end: End, times: int) -> Command:
    """The same, over so many connections one after the other; what is read is the first one's."""
    once = ask_who(end)
    *options, url = once.argv
    return Command((*options, "--header", "Connection: close", *[url] * times), once.read)


def _reader(read: Read) -> Read:
    def read_caller(code: int, output: str) -> Ending:
        ending, told = read(code, output), CALLED.search(output)
        return Ending(ending.outcome, told[0] if told else "", ending.sent)

    return read_caller


def caller(traffic: Traffic) -> tuple[str, int | None]:
    """The address and port that the far end saw."""
    address, _, port = traffic.answer.rpartition(":")
    return address.strip("[]"), int(port) if port else None


def callers(traffic: Traffic) -> list[str]:
    """The addresses that the far end saw, one for each connection that it answered."""
    return [told.rpartition(":")[0].strip("[]") for told in CALLED.findall(traffic.output)]


def handshakes(traffic: Traffic) -> list[float]:
    """Seconds that each TCP handshake took, as curl measured them."""
    told = re.findall(r"^\d{3} \S* -?\d+ \S* -?\d+ ([\d.]+) [\d.]+$", traffic.output, re.MULTILINE)
    return [float(each) for each in told]


def seen_as(traffic: Traffic, wanted: str, who: str) -> Verdict:
    """Whether the far end saw this very address."""
    address, _ = caller(traffic)
    if not address:
        return unmet(f"{traffic.target.name} did not say who called", traffic.told())
    if address == wanted:
        return met(f"{traffic.target.name} saw {address}")
    return unmet(f"{traffic.target.name} saw {address}, expected {who} ({wanted})", traffic.told())


def seen_each_time(traffic: Traffic, wanted: str, who: str, times: int) -> Verdict:
    """Whether the far end answered so many connections and saw this very address in every one."""
    seen, name = callers(traffic), traffic.target.name
    if len(seen) != times:
        return unmet(f"{name} said who called {len(seen)} times, not {times}", traffic.told())
    others = [
        f"{address} in connection {n}" for n, address in enumerate(seen, 1) if address != wanted
    ]
    if others:
        told = f"{name} saw {', '.join(others)} of {times}, expected {who} ({wanted})"
        return unmet(told, traffic.told())
    return met(f"{name} saw {wanted} {times} times")
