"""OVN-Kubernetes' network policies: all reach the packets soon after any of them changed.

Whether its ACLs are sampled is decided by the feature gate OVNObservability.
"""

from __future__ import annotations

from simulation.controllers.enforcement import bound
from simulation.controllers.hub import Hub, Json

DELAY = (0.2, 1.0)
GATE = "OVNObservability"


class NetworkPolicies:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._waiting = False
        for kind in ("NetworkPolicy", "AdminNetworkPolicy"):
            hub.seen[kind].on_change(self._on_change)
        hub.seen["Namespace"].on_change(self._on_namespace)
        hub.world.network.samples.observes = False
        hub.seen["FeatureGate"].on_change(self._on_gates)

    def _on_gates(self, _event: str, gates: Json) -> None:
        versions = (gates.get("status") or {}).get("featureGates") or []
        enabled = {each["name"] for version in versions for each in version.get("enabled") or []}
        self.hub.world.network.samples.observes = GATE in enabled

    def _on_change(self, _event: str, _policy: Json) -> None:
        if not self._waiting:
            self._waiting = True
            self.hub.spawn(self._enforce())

    def _on_namespace(self, event: str, namespace: Json) -> None:
        """Policies may select by the labels of namespaces."""
        if self._policies():
            self._on_change(event, namespace)

    def _policies(self) -> list[Json]:
        seen = self.hub.seen
        return bound(self.hub, [*seen["NetworkPolicy"].all(), *seen["AdminNetworkPolicy"].all()])

    async def _enforce(self) -> None:
        await self.hub.pause(DELAY)
        self._waiting = False
        self.hub.world.set_network_policies(self._policies())
