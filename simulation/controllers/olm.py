"""The Operator Lifecycle Manager: a Subscription in, an InstallPlan, CRDs and an operator out.

Source: operator-lifecycle-manager pkg/controller (olm, catalog): the phases, reasons and messages;
CRDs outlive the operator, and so does a ClusterServiceVersion its Subscription.
"""

from __future__ import annotations

import copy

import yaml

from simulation import population
from simulation.apiserver import definitions
from simulation.controllers import conditions
from simulation.controllers.controller import Controller, Key, owner_reference
from simulation.controllers.hub import Hub, Json
from simulation.controllers.lies import INSTALL_FAULTS
from simulation.controllers.names import digest

API = "operators.coreos.com/v1alpha1"
SUBSCRIPTION, PLAN, CSV = (
    f"{API}/Subscription",
    f"{API}/InstallPlan",
    f"{API}/ClusterServiceVersion",
)
GROUP, CATALOGUE = "operators.coreos.com/v1/OperatorGroup", f"{API}/CatalogSource"
CRD = "apiextensions.k8s.io/v1/CustomResourceDefinition"
OPERATORS = population.ROOT / "simulation" / "crds" / "operators"
UNHEALTHY, UNPACKED = "catalogue-unhealthy", "bundle-never-unpacked"
UNPACK_LIMIT = 600.0
assert {UNHEALTHY, UNPACKED} <= INSTALL_FAULTS.keys()


class Unresolved(Exception):
    """Why no version can be chosen, as the Subscription's condition says it."""


class Subscriptions(Controller):
    kind = SUBSCRIPTION
    owns = (PLAN,)
    delay = (0.5, 1.5)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.catalogue = population.read("catalogue.yaml")
        self._since: dict[Key, float] = {}
        hub.seen["OperatorGroup"].on_change(self._again)

    def _again(self, _event: str, group: Json) -> None:
        """A Subscription may have waited for its OperatorGroup."""
        for each in self.hub.seen["Subscription"].within(group["metadata"]["namespace"]):
            self.on_own("MODIFIED", each)

    async def reconcile(self, namespace: str, name: str) -> None:
        found = self.store.find(SUBSCRIPTION, namespace, name)
        if found is None or not self.store.list(GROUP, namespace):
            return None
        if why := self._unhealthy(found["spec"]):
            return self._say(found, "CatalogSourcesUnhealthy", "UnhealthyCatalogSourceFound", why)
        try:
            version = self._resolved(found)
        except Unresolved as why:
            return self._say(found, "ResolutionFailed", "ConstraintsNotSatisfiable", str(why))
        self._follow(found, version, self._plan(found, version))
        return None

    def _unhealthy(self, spec: Json) -> str:
        where = f"{spec['sourceNamespace']}/{spec['source']}"
        if self.store.find(CATALOGUE, spec["sourceNamespace"], spec["source"]) is None:
            return f"targeted catalogsource {where} missing"
        broken = self.hub.faults.active(UNHEALTHY)
        return f"targeted catalogsource {where} unhealthy" if broken else ""

    def _resolved(self, found: Json) -> str:
        spec, package = found["spec"], self.catalogue["packages"].get(found["spec"]["name"])
        asked = f"referenced by subscription {found['metadata']['name']}"
        if package is None:
            what = f"in package {spec['name']}"
            raise Unresolved(f"constraints not satisfiable: no operators found {what} {asked}")
        channel = spec.get("channel") or next(iter(package["channels"]))
        if channel not in package["channels"]:
            what = f"in channel {channel} of package {spec['name']}"
            raise Unresolved(f"constraints not satisfiable: no operators found {what} {asked}")
        head = str(package["channels"][channel])
        if spec.get("startingCSV") not in (None, head):
            what = f"with name {spec['startingCSV']} in channel {channel} of package {spec['name']}"
            raise Unresolved(f"constraints not satisfiable: no operators found {what} {asked}")
        return head

    def _plan(self, found: Json, version: str) -> Json:
        namespace = found["metadata"]["namespace"]
        name = f"install-{digest([found['metadata']['uid'], version], 5)}"
        plan = self.store.find(PLAN, namespace, name)
        if plan is not None:
            return plan
        approval = found["spec"].get("installPlanApproval", "Automatic")
        spec = {"approval": approval, "approved": approval == "Automatic"}
        spec["clusterServiceVersionNames"] = [version]
        owner = owner_reference(found)
        body = {"metadata": {"name": name, "ownerReferences": [owner]}, "spec": spec}
        return self.store.create(PLAN, namespace, body, manager="catalog")

    def _follow(self, found: Json, version: str, plan: Json) -> None:
        namespace, name = found["metadata"]["namespace"], plan["metadata"]["name"]
        if not plan["spec"]["approved"]:
            self._phase(plan, "RequiresApproval")
            why = f"{name} requires approval"
            return self._say(found, "InstallPlanPending", "RequiresApproval", why, version)
        if self.hub.faults.active(UNPACKED):
            return self._unpacking(found, plan, version)
        if (plan.get("status") or {}).get("phase") != "Complete":
            self._phase(plan, "Installing")
        package = self.catalogue["packages"][found["spec"]["name"]]
        for definition in package["definitions"]:
            self._define(definition)
        if self.store.find(CSV, namespace, version) is None:
            self.store.create(CSV, namespace, _csv(found, version), manager="catalog")
        self._phase(plan, "Complete")
        return self._say(found, "", "", "", version)

    def _unpacking(self, found: Json, plan: Json, version: str) -> None:
        """The bundle's image never arrives: the job that unpacks it runs into its deadline."""
        key = found["metadata"]["namespace"], found["metadata"]["name"]
        self._phase(plan, "Installing")
        now = self.hub.clock.now()
        if now - self._since.setdefault(key, now) >= UNPACK_LIMIT:
            text = "Job was active longer than specified deadline"
            why = f"bundle unpacking failed. Reason: DeadlineExceeded, Message: {text}"
            return self._say(found, "BundleUnpackFailed", "BundleUnpackFailed", why, version)
        why = 'unpack job not completed: unpack pod is waiting: ImagePullBackOff: "unauthorized"'
        self._say(found, "BundleUnpacking", "UnpackingInProgress", why, version)
        return self.enqueue_after(key, 5.0)

    def _phase(self, plan: Json, phase: str) -> None:
        if (plan.get("status") or {}).get("phase") != phase:
            place = plan["metadata"]["namespace"], plan["metadata"]["name"]
            self.store.set_status(PLAN, *place, {"phase": phase}, manager="catalog")

    def _define(self, name: str) -> None:
        if self.store.find(CRD, None, name) is None:
            known = [*definitions.definitions(), *_brought()]
            (found,) = (each for each in known if each["metadata"]["name"] == name)
            self.store.create(CRD, None, found, manager="catalog")

    def _say(self, found: Json, kind: str, reason: str, text: str, version: str = "") -> None:
        place = found["metadata"]["namespace"], found["metadata"]["name"]
        current = self.store.find(SUBSCRIPTION, *place)
        if current is None:
            return
        now = self.hub.clock.stamp()
        status: Json = {"lastUpdated": now, "conditions": []}
        status["state"] = "UpgradePending" if kind or not version else "AtLatestKnown"
        if version:
            plan = f"install-{digest([found['metadata']['uid'], version], 5)}"
            reference = {"apiVersion": API, "kind": "InstallPlan", "name": plan}
            status |= {"currentCSV": version, "installPlanRef": reference}
            status |= {} if kind else {"installedCSV": version}
        if kind:
            new = {"type": kind, "status": "True", "reason": reason, "message": text}
            conditions.put(status["conditions"], new, now)
        old = current.get("status") or {}
        if {**old, "lastUpdated": "", "conditions": _bare(old)} != (
            {**status, "lastUpdated": "", "conditions": _bare(status)}
        ):
            self.store.set_status(SUBSCRIPTION, *place, status, manager="catalog")


def _csv(found: Json, version: str) -> Json:
    package, namespace = found["spec"]["name"], found["metadata"]["namespace"]
    labels = {f"operators.coreos.com/{package}.{namespace}": ""}
    spec = {"displayName": package, "version": version.rpartition(".v")[2]}
    return {"metadata": {"name": version, "labels": labels}, "spec": spec}


def _brought() -> list[Json]:
    files = sorted(OPERATORS.glob("*.yaml"))
    return [copy.deepcopy(d) for file in files for d in yaml.safe_load_all(file.read_text())]


def _bare(status: Json) -> list[Json]:
    return [
        {key: value for key, value in each.items() if not key.startswith("last")}
        for each in status.get("conditions") or []
    ]
