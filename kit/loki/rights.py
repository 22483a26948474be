"""Which rights it takes to read flows from here: by what the FlowCollector says of its Loki."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.reading_rights import LOKI_FORWARDED, LOKI_READER
from catalog.rights import Doing
from kit.caller import in_this_cluster, may_forward, route_of
from kit.errors import InfrastructureError
from kit.loki.settings import LokiSettings, read
from kit.reaching import Proxy, service_of


@dataclass(frozen=True)
class Reading:
    """What is done to read flows, beyond what every run does, and in which namespace."""

    doings: tuple[Doing, ...] = ()
    namespace: str = ""


def reading(cluster: Proxy, flow_collector: Mapping[str, Any], loki_url: str | None) -> Reading:
    """Nothing more where Loki wants no token or the user names another; never an error."""
    try:
        settings = read(flow_collector)
    except InfrastructureError:  # told when Loki is asked
        return Reading()
    if loki_url or not settings.wants_token:
        return Reading()
    service = service_of(settings.server)
    namespace = service.namespace if service else ""
    return Reading(tuple(_doings(cluster, settings)), namespace)


def _doings(cluster: Proxy, settings: LokiSettings) -> Iterator[Doing]:
    server = settings.server
    if settings.stack and not os.environ.get(server.variable):
        yield LOKI_READER
    service = service_of(server)
    if service is None or in_this_cluster(cluster.target):
        return
    if may_forward(cluster, service.namespace) or not route_of(cluster, server, service):
        yield LOKI_FORWARDED
