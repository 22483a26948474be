"""Whether pods reach the internet, and what sites must be to prove anything of the block list."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from catalog.outcomes import Outcome
from kit.capability import State
from kit.errors import InfrastructureError
from kit.google_lists import Lists
from kit.internet import Site, look
from kit.live_lists import LiveLists
from kit.traffic import End, Traffic
from kit.verdict import Inconclusive

LISTS = Lists("live", ("192.0.2.0/24",), ("192.0.2.128/25",), served=False)
SITES = {"google.test": "192.0.2.1", "cloud.test": "192.0.2.200", "other.test": "198.51.100.1"}
INSIDE = End("probe", "home", "10.0.0.1")


@dataclass
class Clients:
    """Every site answers from its address; `outcome` is how it ends otherwise."""

    outcome: Outcome = Outcome.CONNECTED
    output: str = ""
    sent: list[tuple[str, ...]] = field(default_factory=list)

    def send(self, command: Any, target: End) -> Traffic:
        self.sent.append(command.argv)
        about = {"DstAddr": SITES.get(target.name, "")}
        return Traffic(
            INSIDE, target, None, self.outcome, 0, 1, command.argv, self.output, sent=about
        )


def live(clients: Clients) -> LiveLists:
    outside = SimpleNamespace(
        clients=clients,
        stage=SimpleNamespace(clients=clients),
        control=lambda traffic: traffic,
        repeatable=lambda send: send(),
    )
    taken: list[Lists] = []
    block_list: Any = SimpleNamespace(outside=outside, lists=LISTS, taken=taken)
    block_list.take = lambda lists, whence: taken.append(lists)
    return LiveLists(block_list)


@pytest.mark.parametrize(
    ("outcome", "state", "says"),
    [
        (Outcome.CONNECTED, State.SUPPORTED, "a probe has reached www.gstatic.com"),
        (Outcome.TIMED_OUT, State.UNSUPPORTED, "times out"),
        (Outcome.NAME_NOT_RESOLVED, State.UNSUPPORTED, "finds no address"),
        (Outcome.BROKEN_PROBE, State.UNVERIFIABLE, "is broken"),
    ],
)
def test_a_probe_tells_whether_pods_reach_the_internet(outcome, state, says):
    found = look(Clients(outcome))  # type: ignore[arg-type]
    assert found.state is state
    assert says in found.how


def test_without_a_probe_nobody_can_tell():
    class Broken:
        def send(self, *_: Any) -> Traffic:
            raise InfrastructureError("no image")

    found = look(Broken())  # type: ignore[arg-type]
    assert (found.state, found.how) == (State.UNVERIFIABLE, "no probe could try: no image")


def test_a_site_is_pinned_once_its_address_is_known():
    assert "--resolve" not in Site("a.test").request().argv
    assert "a.test:443:192.0.2.1" in Site("a.test", "192.0.2.1").request().argv


def test_sites_are_looked_up_once_and_asked_by_address():
    clients = Clients()
    lists = live(clients)
    lists.reach(("google.test", "cloud.test", "other.test"))
    lists.request("cloud.test")
    assert "cloud.test:443:192.0.2.200" in clients.sent[-1]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("other.test", "cloud.test", "other.test"), "goog.json does not hold 198.51.100.1"),
        (("cloud.test", "cloud.test", "other.test"), "cloud.json holds 192.0.2.200"),
        (("google.test", "google.test", "other.test"), "cloud.json does not hold 192.0.2.1"),
        (("google.test", "cloud.test", "google.test"), "goog.json holds 192.0.2.1"),
    ],
)
def test_a_site_that_is_not_what_it_is_called_proves_nothing(names, says):
    with pytest.raises(Inconclusive, match=says):
        live(Clients()).reach(names)


def test_lists_are_read_from_what_a_probe_prints():
    lists = live(Clients(output='{"prefixes": [{"ipv4Prefix": "192.0.2.0/24"}]}'))
    lists.take()
    assert lists.block_list.taken[0].goog == ("192.0.2.0/24",)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("clients", "says"),
    [
        (Clients(Outcome.TIMED_OUT), "a probe could not download /ipranges/goog.json"),
        (Clients(output="<html>"), "is no list in the form"),
        (Clients(output='{"prefixes": []}'), "is no list in the form"),
    ],
)
def test_lists_that_cannot_be_had_prove_nothing(clients, says):
    with pytest.raises(Inconclusive, match=says):
        live(clients).take()
