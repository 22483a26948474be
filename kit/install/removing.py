"""`make uninstall`: takes away what the ledger lists, last first, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kit.cluster import Cluster, Reference
from kit.errors import InfrastructureError
from kit.install.charts import Charts
from kit.install.ledger import LABEL, Ledger, said
from kit.lease import LEASE_API
from kit.memory import SELECTOR
from kit.patience import NAMESPACE_GONE, OBJECT_GONE
from kit.verdict import Unmet, Verdict, met, unmet
from kit.versions import OLM_API, OLM_KIND
from kit.wait import Waiting

CRD = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
WORKLOADS = (("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"))
VOLUMES = "app.kubernetes.io/name=lokistack,app.kubernetes.io/instance="

Entry = Mapping[str, Any]


@dataclass
class Removal:
    cluster: Cluster
    waiting: Waiting
    charts: Charts

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.cluster)
        self.kept: list[str] = []

    def run(self) -> str:
        """A sentence on what is gone and what was left, and why."""
        if self.ledger.empty:
            return "nothing of ours is installed on this cluster"
        self._refuse_while_borrowed()
        gone = [said(entry) for entry in reversed(self.ledger.entries) if self._entry(entry)]
        gone += self._releases()
        gone += self._definitions()
        left = f"; left: {', '.join(self.kept)}" if self.kept else ""
        return f"removed: {', '.join(gone) or 'nothing'}{left}"

    def _refuse_while_borrowed(self) -> None:
        if self.cluster.list(LEASE_API, "Lease", selector=SELECTOR):
            raise InfrastructureError(
                "a run has borrowed the FlowCollector: wait until it has ended, or run "
                "`make restore` if it was killed, then uninstall"
            )

    def _entry(self, entry: Entry) -> bool:
        place: Reference = (
            entry["apiVersion"],
            entry["kind"],
            entry["name"],
            entry.get("namespace"),
        )
        live = self.cluster.get(*place)
        if live is None:
            self.ledger.forget(entry)
            return False
        if not self.ledger.owns(live):
            self.kept.append(f"{said(entry)} (it is not ours any more)")
            self.ledger.forget(entry)
            return False
        if entry["kind"] == "Namespace" and (others := self._others(entry["name"])):
            self.kept.append(f"{said(entry)} (it holds {', '.join(others)})")
            self.ledger.forget(entry)
            return False
        versions = self._versions(live) if entry["kind"] == "Subscription" else []
        self._delete(place, entry)
        for version in versions:
            self._delete((OLM_API, OLM_KIND, version, entry["namespace"]), entry)
        if entry["kind"] == "LokiStack":
            self._volumes(entry)
        self.ledger.forget(entry)
        return True

    def _versions(self, subscription: Entry) -> list[str]:
        """An operator outlives its Subscription: its version has to go by itself."""
        status = subscription.get("status", {})
        return list(dict.fromkeys(filter(None, map(status.get, ("installedCSV", "currentCSV")))))

    def _volumes(self, entry: Entry) -> None:
        selector = f"{VOLUMES}{entry['name']}"
        for claim in self.cluster.list(
            "v1", "PersistentVolumeClaim", entry["namespace"], selector=selector
        ):
            name = claim["metadata"]["name"]
            self.cluster.delete(("v1", "PersistentVolumeClaim", name, entry["namespace"]))

    def _others(self, namespace: str) -> list[str]:
        """Workloads in a namespace of ours that somebody else has put there."""
        return [
            f"{kind} {item['metadata']['name']}"
            for api, kind in WORKLOADS
            for item in self.cluster.list(api, kind, namespace)
            if LABEL not in item["metadata"].get("labels", {})
            and not item["metadata"].get("ownerReferences")
            and not item["metadata"].get("deletionTimestamp")
        ]

    def _delete(self, place: Reference, entry: Entry) -> None:
        self.cluster.delete(place)
        within = NAMESPACE_GONE if place[1] in ("Namespace", "FlowCollector") else OBJECT_GONE
        try:
            self.waiting.eventually(
                lambda: self.cluster.get(*place),
                _gone,
                within=within,
                what=f"{said(entry)} is gone",
            )
        except Unmet as stuck:
            raise InfrastructureError(
                f"{stuck.because}: look for finalizers, then uninstall again to continue"
            ) from None

    def _releases(self) -> list[str]:
        gone = []
        for release, namespace in reversed(self.ledger.releases):
            self.charts.remove(release, namespace)
            self.ledger.forget_release(release)
            gone.append(f"Helm release {namespace}/{release}")
        return gone

    def _definitions(self) -> list[str]:
        """Operators leave their CRDs; one that still has objects is somebody's."""
        gone = []
        for name in self.ledger.definitions:
            found = self.cluster.get(*CRD, name)
            if found is None:
                continue
            if self._objects(found):
                self.kept.append(f"CustomResourceDefinition {name} (there are objects of it)")
                continue
            self.cluster.delete((*CRD, name, None))
            gone.append(f"CustomResourceDefinition {name}")
        self.ledger.forget_definitions()
        return gone

    def _objects(self, definition: Entry) -> Iterable[Any]:
        spec = definition["spec"]
        version = next(each["name"] for each in spec["versions"] if each["served"])
        return self.cluster.list(f"{spec['group']}/{version}", spec["names"]["kind"])


def removed(cluster: Cluster, waiting: Waiting, charts: Charts) -> str:
    return Removal(cluster, waiting, charts).run()


def _gone(live: Any) -> Verdict:
    return met() if live is None else unmet("it is still there")
