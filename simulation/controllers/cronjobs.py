"""CronJobs: Jobs at the times of a schedule.

A manual run (`kubectl create job --from=cronjob/NAME`) is an ordinary Job that the CronJob owns.
"""

from __future__ import annotations

import copy

from simulation.controllers.controller import Controller, owner_reference
from simulation.controllers.cron import parse
from simulation.controllers.events import tell, warn
from simulation.controllers.hub import Hub, Json
from simulation.controllers.jobs import finished, seconds_of

KIND, JOB = "batch/v1/CronJob", "batch/v1/Job"


class CronJobs(Controller):
    kind = KIND
    owns = (JOB,)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.jobs = hub.seen["Job"]

    async def reconcile(self, namespace: str, name: str) -> None:
        cron = self.store.find(KIND, namespace, name)
        if cron is None or cron["metadata"].get("deletionTimestamp"):
            return
        self._run_if_due(cron)
        self._report(cron)
        self._forget(cron)

    def _run_if_due(self, cron: Json) -> None:
        spec, status = cron["spec"], cron.setdefault("status", {})
        if spec.get("suspend"):
            return None
        try:
            schedule = parse(spec["schedule"])
        except ValueError as error:
            return warn(self.hub, cron, "UnparseableSchedule", f"unparseable schedule: {error}")
        began = status.get("lastScheduleTime") or cron["metadata"]["creationTimestamp"]
        now, due = self.hub.clock.now(), schedule.after(seconds_of(began))
        if due is None:
            return None
        if due > now:
            key = cron["metadata"]["namespace"], cron["metadata"]["name"]
            return self.enqueue_after(key, due - now + 0.2)
        while (following := schedule.after(due)) is not None and following <= now:
            due = following
        return self._run(cron, due)

    def _run(self, cron: Json, due: float) -> None:
        running = [job for job in self.jobs.owned_by(cron) if not finished(job)]
        policy = cron["spec"].get("concurrencyPolicy", "Allow")
        if running and policy == "Forbid":
            text = "Not starting job because prior execution is running and concurrency policy is "
            tell(self.hub, cron, "JobAlreadyActive", text + policy)
        else:
            for job in running if policy == "Replace" else []:
                self.store.delete(JOB, job["metadata"]["namespace"], job["metadata"]["name"])
            self._create(cron, due)
        cron["status"]["lastScheduleTime"] = self.hub.clock.stamp(due)
        self.enqueue((cron["metadata"]["namespace"], cron["metadata"]["name"]))

    def _create(self, cron: Json, due: float) -> None:
        template = copy.deepcopy(cron["spec"]["jobTemplate"])
        given = template.get("metadata") or {}
        metadata = cron["metadata"]
        name = f"{metadata['name']}-{int(due // 60)}"
        job: Json = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "name": name,
                "namespace": metadata["namespace"],
                "labels": given.get("labels") or {},
                "annotations": {
                    **(given.get("annotations") or {}),
                    "batch.kubernetes.io/cronjob-scheduled-timestamp": self.hub.clock.stamp(due),
                },
                "ownerReferences": [owner_reference(cron)],
            },
            "spec": template["spec"],
        }
        if self.store.find(JOB, metadata["namespace"], name) is None:
            self.store.create(JOB, metadata["namespace"], job)
            tell(self.hub, cron, "SuccessfulCreate", f"Created job {name}")

    def _report(self, cron: Json) -> None:
        status: Json = dict(cron["status"])
        owned = self.jobs.owned_by(cron)
        status["active"] = [_reference(job) for job in owned if not finished(job)]
        ends = [(job.get("status") or {}).get("completionTime") for job in owned]
        if latest := max((end for end in ends if end), default=None):
            status["lastSuccessfulTime"] = latest
        status = {key: value for key, value in status.items() if value}
        metadata = cron["metadata"]
        current = self.store.find(KIND, metadata["namespace"], metadata["name"])
        if current is not None and status != (current.get("status") or {}):
            self.store.set_status(KIND, metadata["namespace"], metadata["name"], status)

    def _forget(self, cron: Json) -> None:
        """Keep only the newest finished Jobs of each kind."""
        done = [job for job in self.jobs.owned_by(cron) if finished(job)]
        done.sort(key=lambda job: job["metadata"]["creationTimestamp"])
        good = [job for job in done if job["status"].get("completionTime")]
        bad = [job for job in done if not job["status"].get("completionTime")]
        spec = cron["spec"]
        for jobs, keep in (
            (good, spec.get("successfulJobsHistoryLimit", 3)),
            (bad, spec.get("failedJobsHistoryLimit", 1)),
        ):
            for job in jobs[: max(0, len(jobs) - keep)]:
                self.store.delete(JOB, job["metadata"]["namespace"], job["metadata"]["name"])


def _reference(job: Json) -> Json:
    metadata = job["metadata"]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "uid": metadata["uid"],
    }
