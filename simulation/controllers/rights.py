"""Lies about rights: roles that lose a verb, service accounts that may do everything."""

from __future__ import annotations

from simulation.controllers.controller import Controller
from simulation.controllers.hub import Hub

RBAC = "rbac.authorization.k8s.io/v1"
LOST_FAULT, GIVEN_FAULT = "updater-cannot-patch", "updater-may-everything"
EVERYBODY = "system:serviceaccounts"


class Rights(Controller):
    """Takes `patch` out of every Role, or makes every service account an administrator."""

    kind = f"{RBAC}/Role"
    delay = (0.0, 0.01)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        if hub.faults.active(GIVEN_FAULT):
            self._give()

    def _give(self) -> None:
        binding = {
            "metadata": {"name": "everybody-is-an-administrator"},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": "cluster-admin",
            },
            "subjects": [
                {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": EVERYBODY}
            ],
        }
        self.store.create(f"{RBAC}/ClusterRoleBinding", None, binding)

    async def reconcile(self, namespace: str, name: str) -> None:
        role = self.store.find(self.kind, namespace, name)
        if role is None or not self.hub.faults.active(LOST_FAULT):
            return
        if any("patch" in rule["verbs"] for rule in role.get("rules") or ()):
            for rule in role["rules"]:
                rule["verbs"] = [verb for verb in rule["verbs"] if verb != "patch"]
            self.store.update(self.kind, namespace, role)
