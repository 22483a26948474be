"""The updater of the Google block list: installed as shipped, run by hand, its log read back.

It gets a namespace of the run's own instead of `egress-firewall-updater`, so that one that is
installed already stays as it is, and its CronJob is suspended: only runs by hand happen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import yaml

from kit import evidence
from kit.cluster import Cluster
from kit.manifests import ROOT, manifests
from kit.patience import UPDATER_FINISHED
from kit.probe import TakenAway, finished, reason, taken_away
from kit.verdict import Inconclusive, Unmet, Verdict, unmet
from kit.wait import Waiting

FOLDER = "egress-firewall-updater"
NAME, SETTINGS = "egress-firewall-updater", "egress-firewall-updater-settings"
ACCESS = f"{FOLDER}/access"
CRON_JOB = ("batch/v1", "CronJob", NAME)
INSTANTIATED = {"cronjob.kubernetes.io/instantiate": "manual"}

Object = dict[str, Any]
API_UNREACHABLE, API_REFUSED = 7, 8
BUSY = re.compile(r"failed with HTTP (429|5\d\d) ")
"""How the updater tells that the API server gave no answer worth the name. Source: its README."""

ATTEMPTS = 3
"""As many as the Job has that is shipped; what keeps the updater from its work each time is told as
its own failure, since others reach the API server meanwhile."""

GRACE = 4.0
"""Real seconds that a fast cluster leaves its processes on top of what its clock allows."""


@dataclass(frozen=True)
class Run:
    """How one run by hand ended, and what it said."""

    pod: str
    exit_code: int
    log: str

    @property
    def reason(self) -> str:
        """The last line of the log, where the updater says why it ended."""
        return (self.log.strip().splitlines() or ["its log is empty"])[-1]

    @property
    def told(self) -> str:
        """The log without the rules that it lists."""
        lines = self.log.splitlines()
        return "\n".join(line for line in lines if not re.match(r"\S+: [+-] ", line))


@dataclass
class Updater:
    """One installation in a namespace; `own` marks its objects as the run's."""

    cluster: Cluster
    waiting: Waiting
    namespace: str
    own: Callable[[Object], Object] = field(repr=False)
    _numbers: count[int] = field(default_factory=lambda: count(1), init=False)
    _cron_job: Object | None = field(default=None, init=False)

    def install(self) -> None:
        if self._cron_job is None:
            made = [self.cluster.apply(self.own(item)) for item in shipped(self.namespace)]
            (self._cron_job,) = [item for item in made if item["kind"] == "CronJob"]

    def admit_to(self, namespace: str) -> None:
        """Give it the rights in a target namespace that the folder `access` grants."""
        for item in access(namespace, self.namespace):
            self.cluster.apply(self.own(item))

    def run(self, settings: Mapping[str, str]) -> Run:
        """`kubectl create job --from=cronjob/...` with these settings, until its pod has ended.

        Again, as a Job would, when the platform has taken the pod away or the API server was busy;
        TakenAway when that happens each time.
        """
        self.install()
        self.cluster.apply(self.own(self._settings(settings)))
        for _ in range(ATTEMPTS - 1):
            try:
                run = self._run_once()
            except TakenAway as lost:
                evidence.fact("updater run again", str(lost))
                continue
            if not in_trouble(run):
                return run
            evidence.fact("updater run again", run.reason)
        return self._run_once()

    def _run_once(self) -> Run:
        name = f"by-hand-{next(self._numbers)}"
        job = self.cluster.create(self.own(self._job(name)))
        pod = self._ended(name)
        self.cluster.ration.give(job)
        if why := taken_away(pod):
            raise TakenAway(f"the updater's pod {pod['metadata']['name']} was taken away: {why}")
        state = terminated(pod)
        if state is None:
            raise Inconclusive(f"the updater's pod did not run: {reason(pod)}")
        log = self.cluster.logs(self.namespace, pod["metadata"]["name"])
        evidence.attach(f"log of the updater, {name}", log)
        return Run(pod["metadata"]["name"], int(state["exitCode"]), log)

    def _settings(self, settings: Mapping[str, str]) -> Object:
        (item,) = [each for each in shipped(self.namespace) if is_settings(each)]
        item["data"] = {**item["data"], **self._paces(), **settings}
        return item

    def _paces(self) -> dict[str, str]:
        """The shipped waits in the process's own seconds: its clock is not the cluster's."""
        speed = self.waiting.speed
        if speed <= 1:
            return {}
        return {
            "TIMEOUT_SECONDS": f"{20 / speed + GRACE:.2f}",
            "RETRY_SECONDS": f"{2 / speed:.2f}",
            "STATUS_WAIT_SECONDS": f"{30 / speed + GRACE:.2f}",
            "STATUS_SETTLE_SECONDS": f"{5 / speed:.2f}",
        }

    def _job(self, name: str) -> Object:
        """What kubectl makes of the CronJob's template, with one attempt instead of three."""
        cron_job = self._cron_job
        assert cron_job is not None
        template = cron_job["spec"]["jobTemplate"]
        owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": NAME, "controller": True}
        metadata = {
            "name": name,
            "namespace": self.namespace,
            "labels": dict(template.get("metadata", {}).get("labels", {})),
            "annotations": INSTANTIATED,
            "ownerReferences": [owner | {"uid": cron_job["metadata"]["uid"]}],
        }
        spec = {**template["spec"], "backoffLimit": 0}
        return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}

    def _ended(self, name: str) -> Object:
        selector = f"job-name={name}"
        try:
            pods = self.waiting.eventually(
                lambda: self.cluster.list("v1", "Pod", self.namespace, selector=selector),
                one_finished,
                within=UPDATER_FINISHED,
                what=f"the updater's run {name} ends",
            )
        except Unmet as late:
            raise Inconclusive(late.because) from None
        return pods[0]


def shipped(namespace: str) -> list[Object]:
    """The folder's objects as `kubectl apply -k` makes them, in another namespace."""
    objects = [item for item in manifests(FOLDER) if item["kind"] != "Namespace"]
    for item in objects:
        item["metadata"]["namespace"] = namespace
        if item["kind"] == "CronJob":
            item["spec"]["suspend"] = True
    return [*objects, program(namespace)]


def program(namespace: str) -> Object:
    """The ConfigMap that kustomize generates from the updater's files."""
    folder = ROOT / FOLDER
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    (generated,) = kustomization["configMapGenerator"]
    data = {name: (folder / name).read_text() for name in generated["files"]}
    labels = dict(kustomization["generatorOptions"]["labels"])
    metadata = {"name": generated["name"], "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def access(target: str, home: str) -> list[Object]:
    objects = manifests(ACCESS)
    for item in objects:
        item["metadata"]["namespace"] = target
        for subject in item.get("subjects", ()):
            subject["namespace"] = home
    return objects


def in_trouble(run: Run) -> bool:
    """Ended for want of an answer of the API server: the Job that is shipped would try again."""
    refused = run.exit_code == API_REFUSED and BUSY.search(run.reason)
    return run.exit_code == API_UNREACHABLE or bool(refused)


def is_settings(item: Object) -> bool:
    return item["kind"] == "ConfigMap" and bool(item["metadata"]["name"] == SETTINGS)


def known_settings() -> list[str]:
    """The names in the ConfigMap that is shipped."""
    (item,) = [each for each in manifests(FOLDER) if is_settings(each)]
    return list(item["data"])


def one_finished(pods: Sequence[Object]) -> Verdict:
    return finished(pods[0]) if pods else unmet("its Job has made no pod")


def terminated(pod: Object) -> Mapping[str, Any] | None:
    statuses = pod.get("status", {}).get("containerStatuses", ())
    states = [status.get("state", {}).get("terminated") for status in statuses]
    return next((state for state in states if state), None)
