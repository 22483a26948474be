"""Who may restore: anybody once the run that has borrowed is dead, nobody while it is at work.

A run that is killed leaves its Lease as fresh as a living one's. This machine knows its own;
of a run elsewhere the Lease must be watched, for somewhat longer than a living one leaves it be.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from kit.cluster import Cluster
from kit.errors import UsageError
from kit.lease import RENEWED_EVERY, Holder, holder
from kit.wait import Waiting

WATCHED = RENEWED_EVERY * 1.25
PAUSE = 5.0
"""Real seconds, as is WATCHED."""


def refuse_at_work(cluster: Cluster, waiting: Waiting, say: Callable[[str], object]) -> None:
    """UsageError while the run that holds the FlowCollector is alive; may watch for WATCHED."""
    held = holder(cluster, datetime.now(UTC))
    if held is None or held.lapsed:
        return
    if held.alive or _is_seen_at_work(cluster, waiting, held, say):
        raise UsageError(
            f"{held.who()} is at work and gives the FlowCollector back by itself: stop it by "
            "Ctrl-C, or take it away from it by `make restore FORCE=1`"
        )


def _is_seen_at_work(
    cluster: Cluster, waiting: Waiting, held: Holder, say: Callable[[str], object]
) -> bool:
    say(
        f"{held.who()} may be at work (seen {held.seen}): its Lease is watched for {WATCHED:.0f} "
        "s, since a living run renews it\n"
    )
    return _is_renewed(cluster, waiting, held)


def _is_renewed(cluster: Cluster, waiting: Waiting, held: Holder) -> bool:
    for _look in range(round(WATCHED / PAUSE)):
        waiting.sleep_real(PAUSE)
        now = holder(cluster, datetime.now(UTC))
        if now is None or now.lapsed:
            return False
        if now.seen != held.seen:
            return True
    return False
