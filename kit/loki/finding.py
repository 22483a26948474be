"""Where a cluster's Loki is, as its FlowCollector says, and how to get there from here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from kit.loki.client import Loki
from kit.loki.settings import read
from kit.reaching import Proxy, at, reach, with_token

TENANT_HEADER = "X-Scope-OrgID"


def find_loki(cluster: Proxy, flow_collector: Mapping[str, Any], loki_url: str | None) -> Loki:
    """A Loki that can be asked; InfrastructureError says what to do when there is none."""
    settings = read(flow_collector)
    server = settings.server
    headers = {TENANT_HEADER: settings.tenant} if settings.tenant else {}
    if loki_url:
        way = at(server, loki_url, with_token(headers, os.environ.get(server.variable, "")))
    else:
        way = reach(cluster, server, headers)
    return Loki(way.transport, f"Loki ({way.where})", speed=way.speed)
