"""Conversations that real parts recorded, as the traffic that a scenario would hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from catalog.outcomes import Outcome
from kit.logql import Query
from kit.loki import Answer, Flow, Loki
from kit.traffic import End, Traffic

DATA = Path(__file__).parent / "data" / "flows"
NODE = {"node": "vm", "node_address": "192.0.2.2"}
SPACE = "flows-demo"
SERVER = End("web-server-5d88d7db7-2v94m", SPACE, "10.133.1.3", 8080, "web-server", **NODE)
SERVICE = End("web-svc", SPACE, "172.30.51.149", 80, "web-svc")
RESOLVER = End("resolver", "", "10.133.1.1", 53)


def flows_of(traffic: Traffic, recording: str) -> list[Flow]:
    """What Loki would answer for this client: every recorded flow from it or to it."""
    text = (DATA / f"{recording}.json").read_text()
    loki = Loki(lambda _path, _params: Answer(200, text))
    every = loki.flows(Query().where(app="netobserv-flowcollector"), 0, 2_000_000_000)
    address = traffic.client.address
    return [flow for flow in every if address in (flow["SrcAddr"], flow["DstAddr"])]


def request() -> Traffic:
    """An HTTP request to a service of the same node, answered."""
    return _traffic(_client("probe-1", "10.133.1.4", 38300), SERVICE, SERVER)


def closed_port() -> Traffic:
    """A TCP connection to a port where nobody listens."""
    server = End(SERVER.name, SPACE, SERVER.address, 9999, SERVER.owner, **NODE)
    client = _client("probe-2", "10.133.1.5", 60326)
    return _traffic(client, server, server, Outcome.REFUSED)


def dropped() -> Traffic:
    """A TCP connection whose SYNs a packet filter drops."""
    server = End(SERVER.name, SPACE, SERVER.address, 9997, SERVER.owner, **NODE)
    client = _client("dropped", "10.133.1.11", 36136)
    return _traffic(client, server, server, Outcome.TIMED_OUT)


def lookup(name: str, address: str, port: int, query_id: int) -> Traffic:
    asked = _traffic(_client(name, address, port), RESOLVER)
    return replace(asked, sent={**asked.sent, "DnsId": query_id})


def _client(name: str, address: str, port: int) -> End:
    return End(name, SPACE, address, port, name, **NODE)


def _traffic(
    client: End, target: End, server: End | None = None, outcome: Outcome = Outcome.CONNECTED
) -> Traffic:
    return Traffic(
        client=client,
        target=target,
        server=server,
        outcome=outcome,
        began=1795391373.0,
        ended=1795391375.0,
        command=("curl",),
        sent={"SrcPort": client.port},
    )
