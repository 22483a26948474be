"""IPsec between nodes, as the network operator's own object asks for it.

Source: openshift/api operator/v1, IPsecConfig. Only mode Full encrypts what pods send each other.
"""

from __future__ import annotations

from simulation.controllers.hub import Hub, Json

FULL = "Full"


class Encryption:
    """Follows `networks.operator.openshift.io/cluster`."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        hub.seen["Network"].on_change(self._on_network)

    def _on_network(self, _event: str, network: Json) -> None:
        if not str(network.get("apiVersion")).startswith("operator.openshift.io/"):
            return
        default = network["spec"].get("defaultNetwork") or {}
        config = (default.get("ovnKubernetesConfig") or {}).get("ipsecConfig") or {}
        self.hub.world.network.routes.encrypted = config.get("mode") == FULL
