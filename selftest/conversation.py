"""One conversation of a client with a web service, and its flows, as unit tests need them."""

from __future__ import annotations

from typing import Any

from catalog.fields import BY_PHRASE
from catalog.outcomes import Outcome
from kit.cells import Cell, parse
from kit.traffic import End, Traffic

CLIENT = End("probe-1", "tests", "10.1.0.5", 40000, "probe-1", "node-a", "192.168.0.1")
SERVER = End("web-server-1", "tests", "10.2.0.7", 8080, "web-server", "node-b", "192.168.0.2")
SERVICE = End("web", "tests", "172.30.0.80", 80, "web")
RESPONDER = End("responder-1", "host", "192.168.0.2", 38080, "responder", "node-b", "192.168.0.2")
BEGAN = 1_700_000_000.0


def traffic(**changes: Any) -> Traffic:
    """A request to the service that was answered, from port 40000, within three seconds."""
    told: dict[str, Any] = {
        "client": CLIENT,
        "target": SERVICE,
        "server": SERVER,
        "outcome": Outcome.CONNECTED,
        "began": BEGAN,
        "ended": BEGAN + 3,
        "command": ("curl", "http://172.30.0.80:80/hostname"),
        "sent": {"SrcPort": 40000},
    }
    return Traffic(**told | changes)


def request(**changes: object) -> dict[str, object]:
    """The flow from the client to the service, as the client's node reports it."""
    flow: dict[str, object] = {
        "SrcAddr": CLIENT.address,
        "SrcPort": 40000,
        "SrcK8S_Name": CLIENT.name,
        "SrcK8S_Namespace": CLIENT.namespace,
        "DstAddr": SERVICE.address,
        "DstPort": 80,
        "DstMac": "0a:58:0a:01:00:01",
        "Proto": 6,
        "FlowDirection": "1",
        "Bytes": 500,
        "Packets": 5,
        "AgentIP": CLIENT.node_address,
    }
    return flow | changes


def answer(**changes: object) -> dict[str, object]:
    """The flow from the service back to the client."""
    flow = request()
    for key in [key.removeprefix("Src") for key in flow if key.startswith("Src")]:
        flow[f"Src{key}"], flow[f"Dst{key}"] = flow.get(f"Dst{key}"), flow.get(f"Src{key}")
    return {key: value for key, value in flow.items() if value is not None} | changes


def partial(**changes: object) -> dict[str, object]:
    """A record of a feature's map alone, on the way of `request`."""
    return request(DstMac="00:00:00:00:00:00", Bytes=0, Packets=0, **changes)


def cell(phrase: str, text: str) -> Cell:
    return parse(BY_PHRASE[phrase], text)


def complaint(phrase: str, text: str, value: object, facts: dict[str, object] | None = None) -> Any:
    """What the cell has against the value; None when it is met."""
    return cell(phrase, text).complaint(value, traffic().facts() if facts is None else facts)
