"""Namespaces: what every new one is given, and how one that is deleted comes to its end."""

from __future__ import annotations

from simulation.apiserver import ApiError
from simulation.controllers.controller import Controller
from simulation.controllers.hub import Hub, Json

KIND = "v1/Namespace"


class Namespaces(Controller):
    kind = KIND
    delay = (0.02, 0.1)

    def __init__(self, hub: Hub, ca_pem: str, service_ca_pem: str) -> None:
        super().__init__(hub)
        self._ca_pem, self._service_ca_pem = ca_pem, service_ca_pem

    async def reconcile(self, _namespace: str, name: str) -> None:
        found = self.store.find(KIND, None, name)
        if found is None or found["metadata"].get("deletionTimestamp"):
            return
        certificate = {"data": {"ca.crt": self._ca_pem}}
        self._give(name, "ConfigMap", "kube-root-ca.crt", certificate)
        services = {"data": {"service-ca.crt": self._service_ca_pem}}
        self._give(name, "ConfigMap", "openshift-service-ca.crt", services)
        self._give(name, "ServiceAccount", "default", {})

    def _give(self, namespace: str, kind: str, name: str, content: Json) -> None:
        if self.store.find(f"v1/{kind}", namespace, name) is not None:
            return
        metadata = {"name": name, "namespace": namespace}
        obj = {"apiVersion": "v1", "kind": kind, "metadata": metadata, **content}
        try:
            self.store.create(f"v1/{kind}", namespace, obj)
        except ApiError as error:
            # It may have begun to go since we looked.
            if error.code not in (403, 404, 409):
                raise
