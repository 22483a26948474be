"""Tidying up after runs that ended without doing so: `python -m kit cleanup`.

Only what carries our labels goes, and nothing of a run that is still at work. The FlowCollector
comes first: of all that a run touches it matters most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit.borrowing import give_back
from kit.clearing import clear
from kit.cluster import Cluster
from kit.errors import UsageError
from kit.lease import Holder, holder
from kit.ownership import KEPT, RUN, expired, labels_of
from kit.wait import Waiting

NOTHING = "nothing to clean up: no run has left anything"


@dataclass(frozen=True)
class Which:
    """Whose objects go: one run's, those whose time is over, all; by default of runs that ended.

    What a user has kept with --keep stays until its time is over, unless it is named or all go.
    """

    run: str = ""
    expired: bool = False
    everything: bool = False

    def covers(self, labels: Mapping[str, str], now: datetime) -> bool:
        if self.run:
            return labels.get(RUN) == self.run
        if RUN not in labels:
            return not self.expired  # a label of a node by an older version of the suite
        over = expired(labels, now)
        return self.everything or over or not (self.expired or KEPT in labels)


def clean_up(cluster: Cluster, waiting: Waiting, which: Which, now: datetime) -> list[str]:
    """What was done, a line each; Unmet when something will not go. Safe to repeat."""
    held = holder(cluster, now)
    done: list[str] = []
    if held is not None and held.lapsed and _is_meant(which, held):
        done.append(give_back(cluster, waiting=waiting))
        held = None
    elif held is not None and not held.lapsed:
        done.append(_spared(which, held))
    working = held.run if held else None

    def chosen(item: Mapping[str, Any]) -> bool:
        labels = labels_of(item)
        return which.covers(labels, now) and labels.get(RUN, "") != working

    done += clear(cluster, waiting, chosen)
    return done or [NOTHING]


def _is_meant(which: Which, held: Holder) -> bool:
    """A Lease that nobody renews is over long before the labels of its run expire."""
    return not which.run or which.run == held.run


def _spared(which: Which, held: Holder) -> str:
    if which.run == held.run:
        raise UsageError(
            f"{held.who()} is at work (seen {held.seen}): stop it first; if it was killed, "
            "`make restore` gives the FlowCollector back, then clean up"
        )
    return f"left alone: {held.who()}, which is at work (seen {held.seen})"
