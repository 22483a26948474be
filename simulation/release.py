"""Which OpenShift the simulated cluster is, and what of OVN-Kubernetes comes with it."""

from __future__ import annotations

import re

from simulation.faults import Faults
from simulation.world.nouns import Era

DEFAULT, NEWER = "4.20.21", "4.21.4"
REFACTORED = (4, 21)
"""The first release whose egress firewalls have a controller of their own (2025-10-23)."""

ONLY_WRONG_IN_NEWER = ("firewall-gap-on-update", "firewall-opens-on-bad-update")
"""What 4.20 does anyhow: these lies make the cluster a newer one that still does it."""


def chosen(asked: str | None, faults: Faults) -> str:
    """The release to be; ValueError when it is none."""
    if asked is None:
        newer = any(faults.active(name) for name in ONLY_WRONG_IN_NEWER)
        return NEWER if newer else DEFAULT
    if re.fullmatch(r"4\.\d+\.\d+", asked) is None:
        raise ValueError(f"{asked!r} is no OpenShift release: write three numbers, such as {NEWER}")
    return asked


def era(release: str) -> Era:
    major, minor, *_ = (int(part) for part in release.split("."))
    return Era.AFTER_2025_10 if (major, minor) >= REFACTORED else Era.BEFORE_2025_10
