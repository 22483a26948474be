"""What an agent makes of the samples that OVN-Kubernetes' ACLs take: items of NetworkEvents.

Source: ebpf-agent 1.12, bpf/network_events_monitoring.h (four cookies a flow, each once),
pkg/utils/networkevents/network_events.go (items), pkg/model/record.go (a drop event fills the drop
fields too, since 1.11.4). Samples of ACLs that are gone cannot be decoded and are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulation.faults import Faults
from simulation.world.events import EGRESS, INGRESS, NODE, Event

MOST_EVENTS = 4
FILLS_DROPS_SINCE = (1, 11, 4)
STRANGER = "shop"

Decode = Callable[[int], Event | None]


def unknown(_cookie: int) -> Event | None:
    return None


@dataclass(frozen=True)
class EventSource:
    """Where an agent looks cookies up, and whether its version fills drop fields from events."""

    decode: Decode = unknown
    version: tuple[int, ...] = ()

    def add(self, record: dict[str, Any], cookies: Sequence[int], faults: Faults) -> None:
        events = decoded(cookies, self.decode, faults)
        if events:
            record["NetworkEvents"] = items(events, faults)
        if self.version >= FILLS_DROPS_SINCE:
            fill_drop(record, events)


NO_EVENTS = EventSource()


def add_cookie(cookies: list[int], cookie: int) -> None:
    """The first four distinct ones; upstream wraps and counts an overflow after that."""
    if cookie not in cookies and len(cookies) < MOST_EVENTS:
        cookies.append(cookie)


def decoded(cookies: Sequence[int], decode: Decode, faults: Faults) -> list[Event]:
    found = [event for event in map(decode, cookies) if event is not None]
    lied = [_lied(event, faults) for event in found]
    if faults.active("allowed-traffic-says-denied"):
        lied += [event._replace(action="drop", name="") for event in lied]
    return lied


def items(events: Sequence[Event], faults: Faults) -> list[dict[str, str]]:
    if faults.active("events-undecodable"):
        return [{"Message": f"sample of an unknown ACL ({event.type})"} for event in events]
    return [
        {
            "Feature": "acl",
            "Type": event.type,
            "Action": event.action,
            "Name": event.name,
            "Namespace": event.namespace,
            "Direction": event.direction,
        }
        for event in events
    ]


def fill_drop(record: dict[str, Any], events: Sequence[Event]) -> None:
    """The latest event that is a drop gives its cause, whatever the kernel said."""
    for event in events:
        if event.action == "drop":
            record.setdefault("PktDropPackets", record.get("Packets", 1))
            record.setdefault("PktDropBytes", record.get("Bytes", 0))
            record.setdefault("PktDropLatestFlags", 0)
            record["PktDropLatestState"] = "TCP_INVALID_STATE"
            record["PktDropLatestDropCause"] = f"NetworkEvent_{event.type}"


def _lied(event: Event, faults: Faults) -> Event:
    if faults.active("events-of-the-node-alone"):
        return Event(NODE, "allow-related", INGRESS)
    if faults.active("event-says-allow") and event.action == "drop":
        event = event._replace(action="allow")
    if faults.active("event-namespace-wrong") and event.namespace:
        event = event._replace(namespace=STRANGER)
    if faults.active("event-direction-wrong"):
        event = event._replace(direction=INGRESS if event.direction == EGRESS else EGRESS)
    if faults.active("event-name-missing"):
        event = event._replace(name="")
    if faults.active("isolation-names-a-policy") and not event.name and event.action == "drop":
        event = event._replace(name="some-policy")
    return event
