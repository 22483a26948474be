"""Where versions of OVN-Kubernetes are known to break a promise of egress firewalls, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Era(Enum):
    """Which controller keeps egress firewalls. Source: ovn-kubernetes ecabc89d7 (2025-10-23)."""

    BEFORE = "OVN-Kubernetes from before 2025-10-23"
    SINCE = "OVN-Kubernetes since 2025-10-23"
    UNKNOWN = "OVN-Kubernetes of an unknown date"


FIRST_OPENSHIFT_SINCE = (4, 21)


@dataclass(frozen=True)
class Quirk:
    """A promise that one era is known not to keep; the other one must."""

    promise: str
    says: str
    era: Era


GAP_ON_UPDATE = Quirk(
    "an update never opens the firewall",
    "takes all rules away before it puts the new ones, so that an update opens a short gap",
    Era.BEFORE,
)
OPENS_ON_BAD_UPDATE = Quirk(
    "a bad update leaves the old rules in force",
    "takes the old rules away before it reads the new ones, so that a bad update opens the way",
    Era.BEFORE,
)
KEEPS_LAST_RULE = Quirk(
    "a shorter list takes the rules away that it no longer has",
    "keeps the old rule whose number is the length of the new list (egressfirewall.go, zero-based)",
    Era.SINCE,
)
