"""A host that has a name everywhere: looked up once, before a rule exists, and pinned after.

The API server's public name is known to pods and to nodes on any OpenShift, without the internet.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from kit.cluster import Cluster
from kit.commands import Command, any_status, http_get
from kit.traffic import End
from kit.verdict import Inconclusive


@dataclass(frozen=True)
class Host:
    name: str
    port: int
    address: str = ""

    def command(self) -> Command:
        """A request over TLS; the certificate does not matter, the name must not be asked twice."""
        pin = ("--resolve", f"{self.name}:{self.port}:{self.address}") if self.address else ()
        url = f"https://{self.name}:{self.port}/version"
        return any_status(http_get(url, "--insecure", *pin))

    def end(self) -> End:
        return End(self.name, "", self.address, self.port)


def api_host(cluster: Cluster) -> Host:
    """From the Infrastructure object; see kit.capabilities for the need."""
    url = urlsplit(api_url(cluster))
    if not url.hostname:
        raise Inconclusive("Infrastructure cluster does not name the API server")
    return Host(url.hostname, url.port or 443)


def api_url(cluster: Cluster) -> str:
    found = cluster.get("config.openshift.io/v1", "Infrastructure", "cluster") or {}
    return str(found.get("status", {}).get("apiServerURL", ""))
