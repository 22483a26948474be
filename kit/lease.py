"""Who has the FlowCollector on loan: a Lease that is renewed for as long as its run is at work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kit.cluster import Cluster, Refused
from kit.memory import NAME, find, named
from kit.ownership import NOBODY, OWNER, PREFIX, Ownership, labels_of
from kit.presence import is_alive, mark
from kit.verdict import Inconclusive

LEASE_API = "coordination.k8s.io/v1"
LEASE_SECONDS = 300
RENEWED_EVERY = 60
"""Real seconds. Whoever is much later is dead, or slow, which LEASE_SECONDS forgive."""

PROCESS = f"{PREFIX}/process"
CONFLICT = 409

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Holder:
    """Who holds the Lease, when that was last said, and where the Lease is.

    `lapsed`: it was not renewed in time, or its process is known to be dead. `alive`: its process
    is known to be there, which only the same machine can tell.
    """

    run: str
    seen: str
    lapsed: bool
    namespace: str
    owner: str = NOBODY
    alive: bool = False

    def who(self) -> str:
        return f"run {self.run} of {self.owner}"

    def said(self) -> str:
        if self.lapsed:
            return (
                f"{self.who()} has borrowed the FlowCollector and ended without giving it back: "
                "run `make restore` with the same kubeconfig first"
            )
        return (
            f"{self.who()} is using the FlowCollector (seen {self.seen}): wait until it has "
            "ended, by --wait-for-lease MINUTES if you like"
        )


class Held(Inconclusive):
    """Another run holds the FlowCollector, or died before it gave it back (`lapsed`)."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(holder.said())
        self.lapsed = holder.lapsed


def acquire(cluster: Cluster, whose: Ownership, namespace: str, now: datetime) -> None:
    """Held when somebody has it, even if he was faster by a moment."""
    held = cluster.get(LEASE_API, "Lease", NAME, namespace)
    if held is not None:
        raise Held(_holder(held, now))
    try:
        cluster.create(whose.mark(_lease(namespace, whose.run, now)))
    except Refused as refused:
        faster = cluster.get(LEASE_API, "Lease", NAME, namespace)
        if refused.code != CONFLICT or faster is None:
            raise
        raise Held(_holder(faster, now)) from None


def renew(cluster: Cluster, namespace: str, now: datetime) -> None:
    cluster.patch(LEASE_API, "Lease", NAME, {"spec": {"renewTime": _micro(now)}}, namespace)


def holder(cluster: Cluster, now: datetime) -> Holder | None:
    """Who has the FlowCollector on loan, if anybody has."""
    lease = find(cluster, LEASE_API, "Lease")
    return _holder(lease, now) if lease else None


def release(cluster: Cluster) -> None:
    """A run that died after it took the Lease had changed nothing, and yet locks out all others."""
    lease = find(cluster, LEASE_API, "Lease")
    if lease:
        cluster.delete((LEASE_API, "Lease", NAME, lease["metadata"]["namespace"]))


def _holder(lease: Object, now: datetime) -> Holder:
    spec, metadata = lease.get("spec") or {}, lease["metadata"]
    renewed = spec.get("renewTime") or ""
    late = not renewed or now - datetime.fromisoformat(renewed.replace("Z", "+00:00")) > (
        timedelta(seconds=spec.get("leaseDurationSeconds", LEASE_SECONDS))
    )
    alive = is_alive((metadata.get("annotations") or {}).get(PROCESS, ""))
    run = spec.get("holderIdentity") or "somebody"
    owner = labels_of(lease).get(OWNER) or NOBODY
    lapsed = late or alive is False
    return Holder(run, renewed, lapsed, metadata["namespace"], owner, alive is True)


def _lease(namespace: str, run_id: str, now: datetime) -> dict[str, Any]:
    return {
        "apiVersion": LEASE_API,
        "kind": "Lease",
        "metadata": named(namespace) | {"annotations": {PROCESS: mark()}},
        "spec": {
            "holderIdentity": run_id,
            "leaseDurationSeconds": LEASE_SECONDS,
            "acquireTime": _micro(now),
            "renewTime": _micro(now),
        },
    }


def _micro(at: datetime) -> str:
    """A Kubernetes MicroTime."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
