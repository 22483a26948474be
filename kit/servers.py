"""A Loki or a Prometheus as a FlowCollector names it, and how sentences speak of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

SERVICE_CA, SERVICE_CA_KEY = "openshift-service-ca.crt", "service-ca.crt"
"""The ConfigMap that OpenShift puts into every namespace, and what it holds."""


@dataclass(frozen=True)
class Server:
    """`place` is the field of the FlowCollector that names it; `namespace` stands where the URL
    has none. `route` is its Route's name, if any; `bundles` are ConfigMaps, by namespace and name,
    that say whom to believe where `tls` does not. `shown` is a token in the place of the caller's
    own; empty for none at all.
    """

    kind: str
    url: SplitResult
    namespace: str
    place: str
    wants_token: bool = False
    tls: Mapping[str, Any] = field(default_factory=dict)
    route: str = ""
    bundles: tuple[tuple[str, str], ...] = ()
    shown: str | None = None

    @property
    def variable(self) -> str:
        """May hold the token for it."""
        return f"{self.kind.upper()}_TOKEN"

    @property
    def option(self) -> str:
        """Names another one."""
        return f"--{self.kind.lower()}-url"


def is_url(text: object) -> bool:
    """Of a server that can be asked: http or https, a host, and a port that is a number."""
    try:
        parts = urlsplit(str(text))
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
