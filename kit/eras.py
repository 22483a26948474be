"""Which OVN-Kubernetes this is, and what follows when it breaks a promise of egress firewalls."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.quirks import FIRST_OPENSHIFT_SINCE, Era, Quirk
from kit import evidence
from kit.cluster import Cluster
from kit.verdict import Inconclusive, Unmet


@dataclass(frozen=True)
class Dating:
    """An era, and how we know it."""

    era: Era
    how: str

    def judge(self, quirk: Quirk, kept: bool, seen: str) -> None:
        """Pass where the promise is kept or known not to be; else Unmet, or Inconclusive."""
        evidence.fact("promise", quirk.promise)
        evidence.fact("expectation follows", self.how)
        evidence.fact("seen", seen)
        if kept:
            return
        if self.era is Era.UNKNOWN:
            raise Inconclusive(
                f"{seen}; {quirk.era.value} is known for that, and {self.how}: "
                "find out which one runs, and judge by hand"
            )
        if self.era is not quirk.era:
            raise Unmet(f"{seen}, although {quirk.promise}: {self.how}")
        evidence.fact("known defect", f"{quirk.era.value} {quirk.says}")


def dating(cluster: Cluster) -> Dating:
    """From OpenShift's version, the only place that tells a date; unknown elsewhere."""
    version = _openshift(cluster)
    numbers = re.match(r"(\d+)\.(\d+)\.", version)
    if numbers is None:
        return Dating(Era.UNKNOWN, "there is no ClusterVersion to tell the date of OVN-Kubernetes")
    since = (int(numbers[1]), int(numbers[2])) >= FIRST_OPENSHIFT_SINCE
    era = Era.SINCE if since else Era.BEFORE
    return Dating(era, f"ClusterVersion says OpenShift {version}, which has {era.value}")


def _openshift(cluster: Cluster) -> str:
    """The release that is installed; of one that is being installed, the one before."""
    found = cluster.get("config.openshift.io/v1", "ClusterVersion", "version") or {}
    history = found.get("status", {}).get("history", ())
    done = [entry for entry in history if entry.get("state") == "Completed"]
    return str(done[0].get("version", "")) if done else ""
