"""Where the Prometheus is that a FlowCollector's console asks, and how to get there from here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from catalog.upstream import DEFAULT_NAMESPACE
from kit.capability import Capability, supported, unsupported, unverifiable
from kit.errors import InfrastructureError
from kit.prometheus import Prometheus
from kit.reaching import Proxy, at, reach, with_token
from kit.servers import SERVICE_CA, Server, is_url

THANOS_SPACE, THANOS_NAME = "openshift-monitoring", "thanos-querier"
THANOS = f"https://{THANOS_NAME}.{THANOS_SPACE}.svc.cluster.local:9091"
"""Source: operator 1.11, consoleplugin_objects.go, for spec.prometheus.querier.mode Auto."""
KIND = "Prometheus"
OPENSHIFT = ("config.openshift.io/v1", "ClusterVersion")
PLACE = "spec.prometheus.querier"
ASKED = ("namespace_flows_total", "workload_egress_bytes_total")
"""The flow metrics that scenarios ask for; an includeList may leave them out."""


class Known(Proxy, Protocol):
    """What is needed of kit.cluster.Cluster."""

    @property
    def serves(self) -> Callable[[str, str], bool]:
        """Takes an API version and a kind."""


def find_prometheus(
    cluster: Known, flow_collector: Mapping[str, Any], url: str | None
) -> Prometheus:
    """One that can be asked; InfrastructureError says what to do when there is none."""
    if url:
        server = Server(KIND, urlsplit(url), "", PLACE)
        way = at(server, url, with_token({}, os.environ.get(server.variable, "")))
    else:
        way = reach(cluster, _server(cluster, flow_collector), {})
    return Prometheus(way.transport, f"Prometheus ({way.where})", speed=way.speed)


def prometheus_need(
    cluster: Known, flow_collector: Mapping[str, Any] | None, url: str | None = None
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


def _server(cluster: Known, flow_collector: Mapping[str, Any]) -> Server:
    """As the operator does: in mode Auto Thanos where it is OpenShift, else the manual settings."""
    spec = flow_collector.get("spec", {})
    home = spec.get("namespace") or DEFAULT_NAMESPACE
    querier = spec.get("prometheus", {}).get("querier", {})
    if querier.get("mode", "Auto") == "Auto" and cluster.serves(*OPENSHIFT):
        return _thanos(home)
    manual = querier.get("manual", {})
    url = manual.get("url", "")
    if not url:
        raise InfrastructureError(
            f"{PLACE} names no Prometheus (mode Auto finds one on OpenShift alone): name yours in "
            f"{PLACE}.manual, or pass --prometheus-url."
        )
    if not is_url(url):
        raise InfrastructureError(
            f"{PLACE}.manual.url {url!r} is no URL of a Prometheus: write http://host:port."
        )
    forwards, tls = bool(manual.get("forwardUserToken")), manual.get("tls") or {}
    return Server(KIND, urlsplit(url), home, f"{PLACE}.manual", forwards, tls)


def _thanos(home: str) -> Server:
    """OpenShift's service CA is the same in every namespace: that of the collector is looked at."""
    bundles = tuple((space, SERVICE_CA) for space in (home, THANOS_SPACE))
    url = urlsplit(THANOS)
    return Server(KIND, url, THANOS_SPACE, PLACE, True, route=THANOS_NAME, bundles=bundles)
