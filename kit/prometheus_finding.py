"""Where the Prometheus is that a FlowCollector's console asks, and how to get there from here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from catalog.upstream import DEFAULT_NAMESPACE
from kit.capability import Capability, supported, unsupported, unverifiable
from kit.errors import InfrastructureError
from kit.loki.caller import SERVICE_ACCOUNT
from kit.loki.calls import Transport
from kit.loki.finding import Proxy, direct, proxied
from kit.prometheus import Prometheus

TOKEN_VARIABLE = "PROMETHEUS_TOKEN"  # noqa: S105  # the variable's name, not a token
THANOS = "https://thanos-querier.openshift-monitoring.svc.cluster.local:9091"
"""Source: operator 1.11, consoleplugin_objects.go, for spec.prometheus.querier.mode Auto."""
ASKED = ("namespace_flows_total", "workload_egress_bytes_total")
"""The flow metrics that scenarios ask for; an includeList may leave them out."""


def find_prometheus(
    cluster: Proxy, flow_collector: Mapping[str, Any], url: str | None
) -> Prometheus:
    """One that can be asked; InfrastructureError says what to do when there is none."""
    if url:
        return _at(url, os.environ.get(TOKEN_VARIABLE, ""))
    spec = flow_collector.get("spec", {})
    querier = spec.get("prometheus", {}).get("querier", {})
    if querier.get("mode") == "Manual":
        named = urlsplit(querier.get("manual", {}).get("url", ""))
        found = proxied(cluster, named, spec.get("namespace") or DEFAULT_NAMESPACE, {})
        if found is None:
            return _at(named.geturl(), os.environ.get(TOKEN_VARIABLE, ""))
        return Prometheus(found[0], f"Prometheus ({found[1]})", speed=cluster.speed)
    token = SERVICE_ACCOUNT / "token"
    if not token.is_file():
        raise InfrastructureError(
            f"Thanos wants a token ({THANOS}), which the API server's proxy does not pass on: "
            f"pass --prometheus-url with a URL that is reachable from here, and set "
            f"{TOKEN_VARIABLE}."
        )
    authority = SERVICE_ACCOUNT / "service-ca.crt"
    verify = str(authority) if authority.is_file() else True
    return _at(THANOS, token.read_text().strip(), verify)


def prometheus_need(
    cluster: Proxy, flow_collector: Mapping[str, Any] | None, url: str | None = None
) -> Capability:
    """Where it is, never whether it works: a Prometheus out of order must not hide anything."""
    spec = (flow_collector or {}).get("spec", {})
    if not url and spec.get("prometheus", {}).get("querier", {}).get("enable") is False:
        return unsupported("spec.prometheus.querier.enable is false")
    included = spec.get("processor", {}).get("metrics", {}).get("includeList")
    left_out = [name for name in ASKED if included is not None and name not in included]
    if left_out:
        return unsupported(f"spec.processor.metrics.includeList leaves out {', '.join(left_out)}")
    try:
        found = find_prometheus(cluster, flow_collector or {}, url)
    except InfrastructureError as error:
        return unverifiable(str(error))
    return supported(f"{found.name} is named")


def _at(url: str, token: str, verify: str | bool = True) -> Prometheus:
    bare = urlsplit(url)
    if bare.scheme not in ("http", "https") or not bare.hostname:
        raise InfrastructureError(f"{url!r} is no URL of a Prometheus: write http://host:port.")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport: Transport = direct(url.rstrip("/"), headers, verify)
    return Prometheus(transport, f"Prometheus ({bare.netloc.rpartition('@')[2]})")
