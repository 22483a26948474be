"""OVN-Kubernetes' network policies: all reach the packets soon after any of them changed."""

from __future__ import annotations

from simulation.controllers.hub import Hub, Json

DELAY = (0.2, 1.0)


class NetworkPolicies:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._waiting = False
        hub.seen["NetworkPolicy"].on_change(self._on_change)
        hub.seen["Namespace"].on_change(self._on_namespace)

    def _on_change(self, _event: str, _policy: Json) -> None:
        if not self._waiting:
            self._waiting = True
            self.hub.spawn(self._enforce())

    def _on_namespace(self, event: str, namespace: Json) -> None:
        """Policies may select by the labels of namespaces."""
        if self.hub.seen["NetworkPolicy"].all():
            self._on_change(event, namespace)

    async def _enforce(self) -> None:
        await self.hub.pause(DELAY)
        self._waiting = False
        self.hub.world.set_network_policies(self.hub.seen["NetworkPolicy"].all())
