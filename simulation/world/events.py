"""Network events: what an ACL tells of each packet it decides, and the cookies that stand for it.

Source: ovn-kubernetes observability-lib (model/network_event.go, sampledecoder): a sample carries a
cookie, and only the northbound database knows which ACL that is. A sample of an ACL that is gone
means nothing any more. With observability off nobody samples anything.
"""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

INGRESS, EGRESS = "Ingress", "Egress"
ISOLATION, NODE = "NetpolNamespace", "NetpolNode"
POLICY, ADMIN, FIREWALL = "NetworkPolicy", "AdminNetworkPolicy", "EgressFirewall"


class Event(NamedTuple):
    """What the owner of an ACL did to a packet; words as upstream spells them."""

    type: str
    action: str
    direction: str
    name: str = ""
    namespace: str = ""


class Samples:
    """The samples of all ACLs, as the northbound database lists them."""

    def __init__(self) -> None:
        self.observes = True
        self._numbers = count(1)
        self._cookies: dict[Event, int] = {}
        self._events: dict[int, Event] = {}

    def cookie(self, event: Event) -> int:
        if event not in self._cookies:
            self._cookies[event] = next(self._numbers)
            self._events[self._cookies[event]] = event
        return self._cookies[event]

    def decode(self, cookie: int) -> Event | None:
        return self._events.get(cookie)

    def forget(self, *types: str, namespace: str | None = None) -> None:
        """The ACLs behind these events have gone, or have become others."""
        gone = [
            event
            for event in self._cookies
            if event.type in types and namespace in (None, event.namespace)
        ]
        for event in gone:
            del self._events[self._cookies.pop(event)]
