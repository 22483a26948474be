"""What a FlowCollector says of its Loki: where it is asked, as which tenant, and how safely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from catalog.upstream import DEFAULT_NAMESPACE
from kit.errors import InfrastructureError
from kit.servers import SERVICE_CA, Server, is_url

Json = Mapping[str, Any]
MODES = {
    "Monolithic": ("monolithic", "url", "http://loki:3100/"),
    "Manual": ("manual", "querierUrl", "http://loki:3100/"),
    "Microservices": ("microservices", "querierUrl", "http://loki-query-frontend:3100/"),
}
"""Mode, and where it keeps the URL to ask. Source: operator flowcollector_types.go, spec.loki."""
LOKISTACK = "LokiStack"
AUTH_MODES = ("Disabled", "Host", "Forward")
GATEWAY_PORT = 8080
TENANT = "network"
"""Of a LokiStack in mode openshift-network. Source: operator internal/pkg/helper/loki_config.go."""


@dataclass(frozen=True)
class LokiSettings:
    """Without a `tenant` the path or nobody tells it; `stack` is the LokiStack's name, if any."""

    url: str
    namespace: str
    tenant: str = ""
    wants_token: bool = False
    stack: str = ""
    tls: Json = field(default_factory=dict)

    @property
    def server(self) -> Server:
        """A LokiStack's Route has its name, and a ConfigMap of its operator says whom to believe.

        Source: loki operator internal/manifests/openshift/route.go; operator
        internal/pkg/helper/loki_config.go.
        """
        names = [SERVICE_CA, *([f"{self.stack}-gateway-ca-bundle"] if self.stack else [])]
        return Server(
            "Loki",
            urlsplit(self.url),
            self.namespace,
            "spec.loki",
            self.wants_token,
            self.tls,
            route=self.stack,
            bundles=tuple((self.namespace, name) for name in names),
        )


def read(flow_collector: Json) -> LokiSettings:
    """InfrastructureError says which field of spec.loki is in the way."""
    spec = flow_collector.get("spec") or {}
    loki = spec.get("loki") or {}
    namespace, mode = spec.get("namespace") or DEFAULT_NAMESPACE, loki.get("mode") or "Monolithic"
    if not loki.get("enable", True):
        raise InfrastructureError(
            "The FlowCollector stores no flows (spec.loki.enable is false): enable Loki there."
        )
    if mode == LOKISTACK:
        return _lokistack(loki.get("lokiStack") or {}, namespace)
    if mode not in MODES:
        known = ", ".join((*MODES, LOKISTACK))
        raise InfrastructureError(
            f"spec.loki.mode {mode!r} is not known (known: {known}): pass --loki-url."
        )
    return _by_hand(loki, mode, namespace)


def _lokistack(settings: Json, namespace: str) -> LokiSettings:
    """The gateway knows the tenant from the path, and the caller from the token."""
    name, space = settings.get("name", "loki"), settings.get("namespace") or namespace
    if not name:
        raise InfrastructureError("spec.loki.lokiStack.name is empty: name the LokiStack there.")
    host = f"{name}-gateway-http.{space}.svc.cluster.local"
    url = f"https://{host}:{GATEWAY_PORT}/api/logs/v1/{TENANT}"
    return LokiSettings(url, space, wants_token=True, stack=name)


def _by_hand(loki: Json, mode: str, namespace: str) -> LokiSettings:
    part, key, default = MODES[mode]
    settings = loki.get(part) or {}
    place = f"spec.loki.{part}"
    url = settings.get(key, default)
    if not is_url(url):
        raise InfrastructureError(
            f"{place}.{key} {url!r} is no URL of a Loki: write http://host:port."
        )
    auth = settings.get("authToken") or "Disabled"
    if auth not in AUTH_MODES:
        known = ", ".join(AUTH_MODES)
        raise InfrastructureError(f"{place}.authToken {auth!r} is not known (known: {known}).")
    tenant, tls = settings.get("tenantID", "netobserv"), settings.get("tls") or {}
    return LokiSettings(url, namespace, str(tenant), auth != "Disabled", tls=tls)
