"""Where a LokiStack is not what its status says, or not what it was."""

from __future__ import annotations

from simulation.controllers.hub import Hub, Json
from simulation.controllers.lokistack_status import COMPONENT

KIND = "loki.grafana.com/v1/LokiStack"
COMPACTOR = "compactor"
SHUT_OUT = "AccessDenied: Access Denied."
WANTED, KEY = "openshift-network", "access_key_id"


def shut_out(hub: Hub, component: str) -> str:
    """What the object store says to one of the components that look into the bucket first."""
    lies = hub.faults.active("lokistack-shut-out-unseen")
    return SHUT_OUT if lies and component == COMPACTOR else ""


def unlooked(hub: Hub, stack: Json) -> bool:
    """Whether the operator no longer looks at the Secret, since the LokiStack was ready once."""
    known = (stack.get("status") or {}).get("conditions") or []
    was_ready = any(each["type"] == "Ready" for each in known)
    return was_ready and hub.faults.active("lokistack-key-removed")


def content(hub: Hub, pods: list[Json]) -> list[Json]:
    """The pods that the operator looks at to see whether the LokiStack is ready."""
    if not hub.faults.active("lokistack-shut-out-unseen"):
        return pods
    return [pod for pod in pods if pod["metadata"]["labels"][COMPONENT] != COMPACTOR]


def told(hub: Hub, status: Json) -> Json:
    """The status as the operator writes it."""
    if hub.faults.active("lokistack-shut-out-unseen"):
        names = [name for by_state in status["components"][COMPACTOR].values() for name in by_state]
        status["components"][COMPACTOR] = {"Ready": names}
    ready = status["components"]["ingester"].get("Ready")
    if ready and hub.faults.active("lokistack-ready-before-its-pods"):
        status["components"]["ingester"] = {"Running": ready[:1], "Ready": ready[1:]}
    if hub.faults.active("lokistack-applies-v12"):
        schemas = [each | {"version": "v12"} for each in status["storage"]["schemas"]]
        status["storage"] = status["storage"] | {"schemas": schemas}
    return status


def meddle(hub: Hub, stack: Json) -> None:
    """What somebody does to a LokiStack that has become ready."""
    namespace = stack["metadata"]["namespace"]
    tenants = stack["spec"]["tenants"]
    if hub.faults.active("lokistack-tenants-changed") and tenants["mode"] == WANTED:
        changed = stack["spec"] | {"tenants": {"mode": "openshift-logging"}}
        hub.store.update(KIND, namespace, stack | {"spec": changed})
    secret = hub.store.find("v1/Secret", namespace, stack["spec"]["storage"]["secret"]["name"])
    if secret and hub.faults.active("lokistack-key-removed") and KEY in secret["data"]:
        kept = {key: value for key, value in secret["data"].items() if key != KEY}
        hub.store.update("v1/Secret", namespace, secret | {"data": kept})
