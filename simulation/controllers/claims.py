"""PersistentVolumeClaims: bound by the class that they name, or by the default one.

Source: kube-controller-manager's volume binder; the classes of the population provision at once.
"""

from __future__ import annotations

from simulation.controllers.controller import Controller
from simulation.controllers.events import warn
from simulation.controllers.hub import Json

CLAIM, CLASS = "v1/PersistentVolumeClaim", "storage.k8s.io/v1/StorageClass"
DEFAULT = "storageclass.kubernetes.io/is-default-class"
FAULT = "volumes-never-bound"
RETRY_SECONDS = 15.0


class Claims(Controller):
    kind = CLAIM
    delay = (0.5, 2.0)

    async def reconcile(self, namespace: str, name: str) -> None:
        claim = self.store.find(CLAIM, namespace, name)
        if claim is None or (claim.get("status") or {}).get("phase") == "Bound":
            return None
        why = self._hindrance(claim)
        if why:
            self.store.set_status(CLAIM, namespace, name, {"phase": "Pending"})
            warn(self.hub, claim, "ProvisioningFailed", why)
            return self.enqueue_after((namespace, name), RETRY_SECONDS)
        capacity = claim["spec"]["resources"]["requests"]
        status = {"phase": "Bound", "accessModes": claim["spec"]["accessModes"]}
        self.store.set_status(CLAIM, namespace, name, status | {"capacity": capacity})
        return None

    def _hindrance(self, claim: Json) -> str:
        wanted = claim["spec"].get("storageClassName") or self._default()
        if not wanted:
            return "no persistent volumes available for this claim and no storage class is set"
        if self.store.find(CLASS, None, wanted) is None:
            return f'storageclass.storage.k8s.io "{wanted}" not found'
        if self.hub.faults.active(FAULT):
            return "failed to provision volume: rpc error: code = DeadlineExceeded"
        return ""

    def _default(self) -> str:
        for each in self.store.list(CLASS):
            if (each["metadata"].get("annotations") or {}).get(DEFAULT) == "true":
                return str(each["metadata"]["name"])
        return ""
