"""What an installed operator version does: its Deployment comes, and its phase follows that.

Source: operator-lifecycle-manager pkg/controller/operators/olm, the phases of a
ClusterServiceVersion and their reasons.
"""

from __future__ import annotations

from typing import Any

from simulation import population
from simulation.controllers import conditions
from simulation.controllers.controller import Controller, owner_reference
from simulation.controllers.hub import Hub, Json

CSV, DEPLOYMENT = "operators.coreos.com/v1alpha1/ClusterServiceVersion", "apps/v1/Deployment"
LABEL = "operators.coreos.com/"


class ClusterServiceVersions(Controller):
    """Those that a Subscription asked for; what else there is came with the population."""

    kind = CSV
    owns = (DEPLOYMENT,)
    delay = (0.5, 1.5)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.packages: dict[str, Any] = population.read("catalogue.yaml")["packages"]

    async def reconcile(self, namespace: str, name: str) -> None:
        found = self.store.find(CSV, namespace, name)
        if found is None or (package := package_of(found)) is None:
            return
        row = self.packages[package]["deployment"]
        deployment = self.store.find(DEPLOYMENT, namespace, row["name"])
        if deployment is None:
            body = population.workload(row | {"namespace": namespace})
            body["metadata"]["ownerReferences"] = [owner_reference(found)]
            deployment = self.store.create(DEPLOYMENT, namespace, body, manager="olm")
        self._report(found, row["name"], deployment)

    def _report(self, found: Json, name: str, deployment: Json) -> None:
        known = (deployment.get("status") or {}).get("conditions") or []
        available = (conditions.find(known, "Available") or {}).get("status") == "True"
        status = {"phase": "Succeeded", "reason": "InstallSucceeded"}
        status["message"] = "install strategy completed with no errors"
        if not available:
            why = (
                f'deployment "{name}" not available: Deployment does not have minimum availability.'
            )
            text = f"installing: waiting for deployment {name} to become ready: {why}"
            status = {"phase": "Installing", "reason": "InstallWaiting", "message": text}
        if (found.get("status") or {}) != status:
            place = found["metadata"]["namespace"], found["metadata"]["name"]
            self.store.set_status(CSV, *place, status, manager="olm")


def package_of(found: Json) -> str | None:
    """The package that a label names, as operators.coreos.com/PACKAGE.NAMESPACE."""
    labels = found["metadata"].get("labels") or {}
    end = f".{found['metadata']['namespace']}"
    named = (key.removeprefix(LABEL) for key in labels if key.startswith(LABEL))
    return next((name.removesuffix(end) for name in named if name.endswith(end)), None)
