"""The gateway of a LokiStack: to whom it hands out flows, and to whom it must not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kit.errors import InfrastructureError
from kit.loki.calls import Answer, Calls
from kit.loki.settings import TENANT, LokiSettings, read
from kit.reaching import Proxy, reach
from kit.verdict import Inconclusive, Verdict, met, unmet

PATH = "/loki/api/v1/query_range"
ONE_FLOW = {"query": '{app="netobserv-flowcollector"}', "limit": "1"}
"""Of the last hour, which is what Loki takes when it is told no time."""
MADE_UP = "sha256~this-token-was-made-up-and-nobody-has-issued-it"
"""In the shape of OpenShift's own."""


@dataclass(frozen=True)
class Handed:
    """What came back: the status, and how many flows."""

    asked: str
    status: int
    flows: int

    @property
    def told(self) -> str:
        return f"asked {self.asked}, the gateway answered {self.status} with {self.flows} flows"


@dataclass(frozen=True)
class Gateway:
    cluster: Proxy
    settings: LokiSettings

    def asked(self, said: str, *, token: str | None = None, tenant: str = TENANT) -> Handed:
        """`token` None is the caller's own; InfrastructureError for a gateway out of order."""
        url = self.settings.url.removesuffix(TENANT) + tenant
        server = replace(replace(self.settings, url=url).server, shown=token)
        way = reach(self.cluster, server, {})
        answer = Calls(way.transport, f"Loki ({way.where})").page(PATH, ONE_FLOW)
        if answer.status == 429 or answer.status >= 500:
            raise InfrastructureError(
                f"the gateway of LokiStack {self.settings.namespace}/{self.settings.stack} is out "
                f"of order ({answer.status}): look at its pods"
            )
        return Handed(said, answer.status, _flows(answer))


def gateway_of(cluster: Proxy, flow_collector: Mapping[str, Any]) -> Gateway:
    return Gateway(cluster, read(flow_collector))


def nothing(handed: Handed) -> Verdict:
    return met(handed.told) if not handed.flows else unmet(f"{handed.told}, and must hand out none")


def a_flow(handed: Handed) -> Verdict:
    """The control: without a flow for those who may, nothing is proved about others."""
    if handed.status != 200:
        raise InfrastructureError(f"{handed.told}: the caller may read no flows at all")
    if not handed.flows:
        raise Inconclusive(f"{handed.told}: there is none of the last hour, so nothing was proved")
    return met(handed.told)


def _flows(answer: Answer) -> int:
    """A redirection to a login page holds none, nor does anything else that is not Loki's."""
    try:
        result = json.loads(answer.body)["data"]["result"] if answer.status == 200 else []
        return sum(len(stream["values"]) for stream in result)
    except (ValueError, KeyError, TypeError):
        return 0
