"""What can go wrong that proves nothing about the cluster's promises."""

from __future__ import annotations


class InfrastructureError(Exception):
    """The cluster, Loki or a probe could not be used: the verdict is inconclusive (exit 10)."""


class UsageError(Exception):
    """The user asked for something that cannot be done (exit 4)."""
