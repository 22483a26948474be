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


def _reader(read: Read) -> Read:
    def read_caller(code: int, output: str) -> Ending:
        ending = read(code, output)
        told = re.search(r"^\[?[\da-f.:]+\]?:\d+$", output, re.MULTILINE)
        return Ending(ending.outcome, told[0] if told else "", ending.sent)

    return read_caller


def caller(traffic: Traffic) -> tuple[str, int | None]:
    """The address and port that the far end saw."""
    address, _, port = traffic.answer.rpartition(":")
    return address.strip("[]"), int(port) if port else None


def handshake(traffic: Traffic) -> float | None:
    """Seconds that the TCP handshake took, as curl measured them."""
    told = re.search(r"^\d{3} \S* -?\d+ \S* -?\d+ ([\d.]+) [\d.]+$", traffic.output, re.MULTILINE)
    return float(told[1]) if told else None


def seen_as(traffic: Traffic, wanted: str, who: str) -> Verdict:
    """Whether the far end saw this very address."""
    address, _ = caller(traffic)
    if not address:
        return unmet(f"{traffic.target.name} did not say who called", traffic.told())
    if address == wanted:
        return met(f"{traffic.target.name} saw {address}")
    return unmet(f"{traffic.target.name} saw {address}, expected {who} ({wanted})", traffic.told())
