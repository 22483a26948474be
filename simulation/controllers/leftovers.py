"""Lies about tidying up: what is deleted or given back stays, or comes back by itself."""

from __future__ import annotations

from catalog.upstream import EGRESS_ASSIGNABLE_LABEL
from simulation import faults
from simulation.apiserver import ApiError
from simulation.controllers.hub import Hub, Json

STUCK = faults.register(
    "namespace-stuck-terminating", "a namespace that is deleted never finishes to go"
)
LABEL_BACK = faults.register(
    "node-label-comes-back", "a node gets its egress label back when no egress address is left"
)
UNDELETED = faults.register(
    "admin-policy-survives-deletion", "an admin policy that is deleted stays for good"
)
FINALIZER = "example.com/never-removed"
CONDITION = {
    "type": "NamespaceFinalizersRemaining",
    "status": "True",
    "reason": "SomeFinalizersRemain",
    "message": f"Some content in the namespace has finalizers remaining: {FINALIZER} in 1 resource",
}
Labels = dict[str, str]


class Leftovers:
    """Each lie follows the changes of one kind."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.store = hub, hub.store
        self._labels: dict[str, Labels] = {}
        lies = {
            STUCK: ("Namespace", self._hold_namespace),
            LABEL_BACK: ("Node", self._label_again),
            UNDELETED: ("AdminNetworkPolicy", self._hold_policy),
        }
        for fault, (kind, lie) in lies.items():
            if hub.faults.active(fault):
                hub.seen[kind].on_change(lie)

    def _hold_namespace(self, event: str, obj: Json) -> None:
        """Those of the population are there already, and nobody deletes them."""
        if event == "ADDED" and not self.hub.settling:
            self._soon(self._hold, "v1/Namespace", obj["metadata"]["name"])
        elif obj["metadata"].get("deletionTimestamp") and "conditions" not in obj["status"]:
            status = {"phase": "Terminating", "conditions": [CONDITION]}
            self._soon(self._tell, obj["metadata"]["name"], status)

    def _hold_policy(self, event: str, obj: Json) -> None:
        if event == "ADDED":
            kind = f"{obj['apiVersion']}/{obj['kind']}"
            self._soon(self._hold, kind, obj["metadata"]["name"])

    def _hold(self, kind: str, name: str) -> None:
        found = self.store.get(kind, None, name)
        found["metadata"].setdefault("finalizers", []).append(FINALIZER)
        self.store.update(kind, None, found)

    def _tell(self, name: str, status: Json) -> None:
        self.store.set_status("v1/Namespace", None, name, status)

    def _label_again(self, _event: str, node: Json) -> None:
        name, labels = node["metadata"]["name"], dict(node["metadata"].get("labels") or {})
        had = self._labels.get(name, {})
        if EGRESS_ASSIGNABLE_LABEL in labels:
            self._labels[name] = labels
        elif EGRESS_ASSIGNABLE_LABEL in had and not self.hub.seen["EgressIP"].all():
            self._soon(self._put_labels, name, had)

    def _put_labels(self, name: str, labels: Labels) -> None:
        found = self.store.get("v1/Node", None, name)
        found["metadata"]["labels"] = labels
        self.store.update("v1/Node", None, found)

    def _soon(self, act: object, *args: object) -> None:
        self.hub.later(0.0, self._try, act, *args)

    def _try(self, act: object, *args: object) -> None:
        """Somebody else may have been faster: what is gone stays gone."""
        try:
            act(*args)  # type: ignore[operator]  # a method of this class
        except ApiError as error:
            if error.code not in (404, 409):
                self.hub.trouble(error)
