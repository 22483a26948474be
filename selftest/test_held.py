"""A connection that stays open: how it is held, and the words for what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from kit.clients import Clients
from kit.held import Held, held_pod
from kit.verdict import Inconclusive
from kit.wait import Waiting
from selftest.fake_cluster import FakeCluster
from selftest.fake_time import FakeTime, fake_time

__all__ = ["fake_time"]

URL = "http://192.168.0.1:38080/hostname"
CLIENTS = Clients(FakeCluster(), Waiting(), "walled", {})
RUNNING: dict[str, Any] = {"containerStatuses": [{"state": {"running": {}}}]}
KEPT = "1 0 200\n0 0 200\n"


def pod_of(url: str) -> dict[str, Any]:
    return held_pod(CLIENTS, url, "node-b")


def held(output: str, status: dict[str, Any] | None = None) -> Held:
    pod = pod_of(URL)
    cluster = FakeCluster(pod | {"status": RUNNING if status is None else status})
    cluster.output = output
    return Held(cluster, Waiting(), pod)


def says(client: Held, *lines: str) -> None:
    """A line more with every look at the pod."""
    coming = list(lines)

    def speak() -> None:
        if coming:
            client.cluster.output += coming.pop(0) + "\n"

    client.cluster.on_read = speak


def test_each_url_has_an_output_of_its_own():
    command = pod_of(URL)["spec"]["containers"][0]["command"]
    assert command.count(URL) == command.count("/dev/null") == 110
    assert command[command.index("--rate") + 1] == "1/s"


@pytest.mark.parametrize("speed", [1, 60])
def test_its_pod_may_live_as_long_as_it_has_requests(speed):
    fast = Clients(FakeCluster(), Waiting(speed), "walled", {})
    pod = held_pod(fast, URL, "node-b")
    requests = pod["spec"]["containers"][0]["command"].count(URL)
    assert pod["spec"]["activeDeadlineSeconds"] >= requests


@pytest.mark.parametrize(
    "lines, fate",
    [
        (("0 0 200", "0 0 200"), "it is still answered"),
        (("0 0 200", "0 28 000"), "it fell silent (curl 28)"),
        (("0 28 000", "1 28 000"), "it fell silent and was given up: the client had to connect"),
    ],
)
def test_the_first_request_that_begins_after_the_call_counts(fake_time: FakeTime, lines, fate):
    client = held(KEPT)
    says(client, *lines)
    assert client.ask_again().startswith(fate)


def test_a_client_that_connects_anew_holds_nothing(fake_time: FakeTime):
    client = held("1 0 200\n1 0 200\n")
    client.cluster.create = lambda pod: pod
    with pytest.raises(Inconclusive, match="does not keep its connection"):
        client.start()


def test_a_client_that_ended_tells_nothing_more(fake_time: FakeTime):
    client = held(KEPT, {"phase": "Failed", "reason": "DeadlineExceeded"})
    with pytest.raises(Inconclusive, match="has ended: DeadlineExceeded"):
        client.ask_again()
