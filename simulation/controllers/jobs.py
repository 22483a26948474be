"""Jobs: pods that must succeed a number of times, and give up after too many failures."""

from __future__ import annotations

import calendar
import time

from simulation.controllers import conditions, offspring
from simulation.controllers.controller import Controller, key_of
from simulation.controllers.events import tell
from simulation.controllers.hub import Json
from simulation.controllers.podtemplate import is_active, phase, pod_of

KIND, POD = "batch/v1/Job", "v1/Pod"
BACK_OFF = 10.0


class Jobs(Controller):
    kind = KIND
    owns = (POD,)

    async def reconcile(self, namespace: str, name: str) -> None:
        job = self.store.find(KIND, namespace, name)
        if job is None or job["metadata"].get("deletionTimestamp"):
            return None
        if finished(job):
            return self._expire(job)
        status = dict(job.get("status") or {})
        if not job["spec"].get("suspend"):
            status.setdefault("startTime", self.hub.clock.stamp())
        pods = self.hub.seen["Pod"].owned_by(job)
        status["conditions"] = list(status.get("conditions") or [])
        self._count(status, pods)
        self._judge(job, status, pods)
        if not status["conditions"] and not job["spec"].get("suspend"):
            self._start(job, status)
        self._count(status, self.hub.seen["Pod"].owned_by(job))
        self._write(job, status)
        return None

    def _count(self, status: Json, pods: list[Json]) -> None:
        status["active"] = sum(map(is_active, pods))
        status["ready"] = sum(phase(pod) == "Running" for pod in pods)
        status["succeeded"] = sum(phase(pod) == "Succeeded" for pod in pods)
        status["failed"] = sum(phase(pod) == "Failed" for pod in pods)

    def _judge(self, job: Json, status: Json, pods: list[Json]) -> None:
        spec = job["spec"]
        limit = spec.get("activeDeadlineSeconds")
        began = seconds_of(status.get("startTime"))
        if status["succeeded"] >= spec.get("completions", spec.get("parallelism", 1)):
            status["completionTime"] = self.hub.clock.stamp()
            text = "Reached expected number of succeeded pods"
            self._conclude(
                job, status, ("SuccessCriteriaMet", "Complete"), "CompletionsReached", text
            )
        elif status["failed"] > spec.get("backoffLimit", 6):
            text = "Job has reached the specified backoff limit"
            self._fail(job, status, "BackoffLimitExceeded", text, pods)
        elif limit is not None and began and self.hub.clock.now() >= began + limit:
            text = "Job was active longer than specified deadline"
            self._fail(job, status, "DeadlineExceeded", text, pods)
        elif limit is not None and began:
            self.enqueue_after(key_of(job), began + limit - self.hub.clock.now() + 0.5)

    def _fail(self, job: Json, status: Json, reason: str, text: str, pods: list[Json]) -> None:
        self._conclude(job, status, ("FailureTarget", "Failed"), reason, text)
        for pod in filter(is_active, pods):
            self.store.delete(POD, pod["metadata"]["namespace"], pod["metadata"]["name"])

    def _conclude(
        self, job: Json, status: Json, kinds: tuple[str, str], reason: str, text: str
    ) -> None:
        now = self.hub.clock.stamp()
        for kind in kinds:
            new = {"type": kind, "status": "True", "reason": reason, "message": text}
            conditions.put(status["conditions"], new | {"lastProbeTime": now}, now)
        if kinds[1] == "Complete":
            tell(self.hub, job, "Completed", "Job completed")

    def _start(self, job: Json, status: Json) -> None:
        spec = job["spec"]
        completions = spec.get("completions", spec.get("parallelism", 1))
        missing = completions - status["succeeded"]
        room = min(spec.get("parallelism", 1), missing) - status["active"]
        if room <= 0 or not self._may_retry(job, status):
            return None
        for _ in range(room):
            if not offspring.make(self.hub, job, pod_of(job, {}, self.hub.rng)):
                return self.enqueue_after(key_of(job), BACK_OFF)
        return None

    def _may_retry(self, job: Json, status: Json) -> bool:
        """After the n-th failure wait 10 s, doubling, from the end of that pod."""
        if not status["failed"]:
            return True
        ends = [_ended(pod) for pod in self.hub.seen["Pod"].owned_by(job)]
        due = max(ends) + min(BACK_OFF * 2 ** (status["failed"] - 1), 360.0)
        left: float = due - self.hub.clock.now()
        if left > 0:
            self.enqueue_after(key_of(job), left + 0.1)
        return left <= 0

    def _write(self, job: Json, status: Json) -> None:
        status = {key: value for key, value in status.items() if value}
        if status != (job.get("status") or {}):
            metadata = job["metadata"]
            self.store.set_status(KIND, metadata["namespace"], metadata["name"], status)

    def _expire(self, job: Json) -> None:
        ttl = job["spec"].get("ttlSecondsAfterFinished")
        ended = (job["status"].get("conditions") or [{}])[-1].get("lastTransitionTime")
        if ttl is None:
            return
        metadata = job["metadata"]
        left = seconds_of(ended) + ttl - self.hub.clock.now()
        if left > 0:
            self.enqueue_after((metadata["namespace"], metadata["name"]), left + 0.1)
        else:
            self.store.delete(KIND, metadata["namespace"], metadata["name"])


def finished(job: Json) -> bool:
    found = (job.get("status") or {}).get("conditions") or []
    return any(c["type"] in ("Complete", "Failed") and c["status"] == "True" for c in found)


def seconds_of(stamp: str | None) -> float:
    """Epoch seconds of an RFC 3339 stamp; 0 for none."""
    return float(calendar.timegm(time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ"))) if stamp else 0.0


def _ended(pod: Json) -> float:
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    ends = [seconds_of((s["state"].get("terminated") or {}).get("finishedAt")) for s in statuses]
    return max(ends, default=0.0)
