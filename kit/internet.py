"""The internet: whether pods reach it, and sites pinned to the address that they had before."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.outcomes import CURL_EXIT_CODES, Outcome
from kit.capability import Capability, supported, unsupported, unverifiable
from kit.clients import Clients
from kit.commands import Command, Ending, any_status, http_get
from kit.errors import InfrastructureError
from kit.traffic import End, Traffic

LISTS = "www.gstatic.com"
PORT = 443
DOWNLOAD_TIMEOUT = 30


@dataclass(frozen=True)
class Site:
    """A web site; with an address, its name is not asked again."""

    name: str
    address: str = ""

    def end(self) -> End:
        return End(self.name, "", self.address, PORT)

    def request(self) -> Command:
        """Any answer will do: who answers has been reached."""
        pin = ("--resolve", f"{self.name}:{PORT}:{self.address}") if self.address else ()
        return any_status(http_get(f"https://{self.name}/", *pin))


def look(clients: Clients) -> Capability:
    """Send a probe to where Google publishes its lists: nothing else can tell."""
    try:
        traffic = clients.send(Site(LISTS).request(), Site(LISTS).end())
    except InfrastructureError as error:
        return unverifiable(f"no probe could try: {error}")
    if traffic.outcome is Outcome.CONNECTED:
        return supported(f"a probe has reached {LISTS}")
    if traffic.outcome is Outcome.BROKEN_PROBE:
        return unverifiable(f"the probe to {LISTS} is broken: {traffic.output.strip()}")
    return unsupported(f"a probe's connection to {LISTS} {traffic.outcome.value}")


def download(clients: Clients, path: str) -> Traffic:
    """What is published there, as the probe's output."""
    url = f"https://{LISTS}{path}"
    quietly = ("--silent", "--show-error", "--fail", "--noproxy", "*")
    argv = ("curl", *quietly, "--max-time", str(DOWNLOAD_TIMEOUT), url)
    return clients.send(Command(argv, _ending), Site(LISTS).end())


def _ending(code: int, _output: str) -> Ending:
    if code == 22:
        return Ending(Outcome.BROKEN_PROBE)
    return Ending(CURL_EXIT_CODES.get(code, Outcome.BROKEN_PROBE))
