"""The Loki Operator: a LokiStack in, Deployments and StatefulSets out, and a condition on them.

Source: grafana/loki operator/internal: manifests (names, labels), status/lokistack.go (conditions)
and handlers/internal/storage/secrets.go (what the Secret must hold).
"""

from __future__ import annotations

import base64
import copy

from simulation.controllers import conditions, lokistack_lies, lokistack_status
from simulation.controllers.controller import Controller, owner_reference
from simulation.controllers.hub import Hub, Json
from simulation.controllers.objectstores import Failed, ObjectStores
from simulation.controllers.podtemplate import is_ready, phase

KIND = "loki.grafana.com/v1/LokiStack"
STATELESS = ("distributor", "querier", "query-frontend", "lokistack-gateway")
STATEFUL = ("ingester", "compactor", "index-gateway")
STORES_AT_ONCE = ("compactor", "index-gateway")
"""They look into the bucket before they serve; the others first meet it when they write."""
IMAGE = "registry.redhat.io/openshift-logging/logging-loki-rhel9:v3.5.5"
GATEWAY_IMAGE = "registry.redhat.io/openshift-logging/lokistack-gateway-rhel9:v0.1"
FIELDS = ("bucketnames", "access_key_id", "access_key_secret")
MESSAGES = {
    "Ready": ("ReadyComponents", "All components ready"),
    "Pending": ("PendingComponents", "One or more LokiStack components pending on dependencies"),
    "Failed": ("FailedComponents", "One or more LokiStack components failed"),
}
REPLICAS = {"1x.demo": 1, "1x.pico": 2, "1x.extra-small": 2, "1x.small": 2, "1x.medium": 2}


class LokiStacks(Controller):
    kind = KIND
    owns = ("apps/v1/Deployment", "apps/v1/StatefulSet")
    delay = (0.4, 1.0)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._stores = ObjectStores(hub)
        hub.programs.append(self._program)
        hub.seen["Secret"].on_change(self._on_secret)

    def _on_secret(self, event: str, secret: Json) -> None:
        for stack in self.hub.seen["LokiStack"].within(secret["metadata"]["namespace"]):
            self.on_own(event, stack)

    async def reconcile(self, namespace: str, name: str) -> None:
        stack = self.hub.seen["LokiStack"].get(namespace, name)
        if stack is None:
            return None
        stack = copy.deepcopy(stack)
        trouble = self._degraded(stack)
        if trouble and not lokistack_lies.unlooked(self.hub, stack):
            return self._report(stack, "Degraded", *trouble)
        for obj in _objects(stack):
            kind = f"{obj['apiVersion']}/{obj['kind']}"
            place = namespace, obj["metadata"]["name"]
            self.store.apply(kind, *place, obj, manager="lokistack-controller", force=True)
        state = self._state(stack)
        if state[0] == "Ready":
            lokistack_lies.meddle(self.hub, stack)
        return self._report(stack, *state)

    def _degraded(self, stack: Json) -> tuple[str, str] | None:
        settings = self._settings(stack)
        if settings is None:
            return "MissingObjectStorageSecret", "Missing object storage secret"
        missing = [field for field in FIELDS if not settings.get(field)]
        if missing:
            why = f"missing secret field: {missing[0]}"
            return "InvalidObjectStorageSecret", f"Invalid object storage secret contents: {why}"
        if not settings.get("endpoint", "").startswith(("http://", "https://")):
            why = "endpoint for S3 must be an HTTP or HTTPS URL"
            return "InvalidObjectStorageSecret", f"Invalid object storage secret contents: {why}"
        return None

    def _settings(self, stack: Json) -> dict[str, str] | None:
        name = stack["spec"]["storage"]["secret"]["name"]
        found = self.store.find("v1/Secret", stack["metadata"]["namespace"], name)
        if found is None:
            return None
        return {k: base64.b64decode(v).decode() for k, v in (found.get("data") or {}).items()}

    def _state(self, stack: Json) -> tuple[str, str, str]:
        every = self._pods(stack)
        pods = lokistack_lies.content(self.hub, every)
        phases = {phase(pod) for pod in pods}
        wanted = len(STATELESS + STATEFUL) * REPLICAS[stack["spec"]["size"]]
        if "Failed" in phases:
            return "Failed", *MESSAGES["Failed"]
        if "Pending" in phases or len(every) < wanted:
            return "Pending", *MESSAGES["Pending"]
        if not all(map(is_ready, pods)):
            text = "All components are running, but some readiness checks are failing"
            return "Pending", "PendingComponents", text
        return "Ready", *MESSAGES["Ready"]

    def _pods(self, stack: Json) -> list[Json]:
        wanted = _labels(stack).items()
        pods = self.hub.seen["Pod"].within(stack["metadata"]["namespace"])
        return [pod for pod in pods if wanted <= (pod["metadata"].get("labels") or {}).items()]

    def _report(self, stack: Json, kind: str, reason: str, message: str) -> None:
        """One main condition is true; those that were are false now."""
        before = stack.get("status") or {}
        known = copy.deepcopy(before.get("conditions") or [])
        now = self.hub.clock.stamp()
        for other in [each for each in known if each["type"] != kind]:
            conditions.put(known, other | {"status": "False"}, now)
        new = {"type": kind, "status": "True", "reason": reason, "message": message}
        conditions.put(known, new, now)
        status = {"conditions": known, **self._told(stack, kind)}
        if status != before:
            place = stack["metadata"]["namespace"], stack["metadata"]["name"]
            self.store.set_status(KIND, *place, status)

    def _told(self, stack: Json, kind: str) -> Json:
        """Schemas are those that were applied last: a degraded LokiStack gets no others."""
        was = (stack.get("status") or {}).get("storage")
        storage = was if was and kind == "Degraded" else lokistack_status.storage(stack)
        told: Json = {"components": lokistack_status.components(self._pods(stack))}
        told["storage"] = storage
        return lokistack_lies.told(self.hub, told)

    def _program(self, pod: Json, _container: Json, _env: dict[str, str]) -> Failed | None:
        """What a component does that looks into the bucket first and may not."""
        labels = pod["metadata"].get("labels") or {}
        component = labels.get(lokistack_status.COMPONENT, "")
        if component not in STORES_AT_ONCE:
            return None
        place = pod["metadata"]["namespace"], labels.get("app.kubernetes.io/instance", "")
        stack = self.hub.seen["LokiStack"].get(*place)
        why = self._stores.complaint(self._settings(stack) or {}) if stack else ""
        why = why or lokistack_lies.shut_out(self.hub, component)
        said = f'level=error caller=main.go msg="error running loki" err="init store: {why}"\n'
        return Failed(said) if why else None


def _labels(stack: Json) -> dict[str, str]:
    return {
        "app.kubernetes.io/name": "lokistack",
        "app.kubernetes.io/instance": stack["metadata"]["name"],
        "app.kubernetes.io/managed-by": "lokistack-controller",
    }


def _objects(stack: Json) -> list[Json]:
    found = [_workload(stack, part, "Deployment") for part in STATELESS]
    found += [_workload(stack, part, "StatefulSet") for part in STATEFUL]
    return [*found, _gateway_service(stack)]


def _workload(stack: Json, part: str, kind: str) -> Json:
    labels = _labels(stack) | {lokistack_status.COMPONENT: part}
    image = GATEWAY_IMAGE if part == "lokistack-gateway" else IMAGE
    container: Json = {"name": f"loki-{part}", "image": image}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec: Json = {"replicas": REPLICAS[stack["spec"]["size"]], "template": template}
    spec["selector"] = {"matchLabels": labels}
    if kind == "StatefulSet":
        claim: Json = {"accessModes": ["ReadWriteOnce"]}
        claim["resources"] = {"requests": {"storage": "10Gi"}}
        claim["storageClassName"] = stack["spec"]["storageClassName"]
        spec["volumeClaimTemplates"] = [{"metadata": {"name": "storage"}, "spec": claim}]
        spec["serviceName"] = f"{stack['metadata']['name']}-{part}-grpc"
    return _owned(stack, "apps/v1", kind, part.removeprefix("lokistack-")) | {"spec": spec}


def _gateway_service(stack: Json) -> Json:
    labels = _labels(stack) | {lokistack_status.COMPONENT: "lokistack-gateway"}
    ports = [{"name": "metrics", "port": 8083}, {"name": "public", "port": 8080}]
    service = _owned(stack, "v1", "Service", "gateway-http")
    return service | {"spec": {"selector": labels, "ports": ports}}


def _owned(stack: Json, api: str, kind: str, part: str) -> Json:
    metadata: Json = {"name": f"{stack['metadata']['name']}-{part}", "labels": _labels(stack)}
    metadata["namespace"] = stack["metadata"]["namespace"]
    metadata["ownerReferences"] = [owner_reference(stack)]
    return {"apiVersion": api, "kind": kind, "metadata": metadata}
