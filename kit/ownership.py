"""Whose an object on the cluster is: its run, who started it, and until when it may exist.

The three are labels, so that one selector finds everything of a run, on whichever kind of object;
they hold no spaces and no colons, which labels do not take.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

PREFIX = "netobserv-egress-conformance"
RUN, OWNER, EXPIRES, KEPT = (f"{PREFIX}/{word}" for word in ("run", "owner", "expires", "kept"))
MARKS = (RUN, OWNER, EXPIRES)
LIFETIME = timedelta(hours=6)
"""Longer than any run: what is left after it belongs to nobody who still works with it."""

STAMP = "%Y%m%dT%H%M%SZ"
NOBODY = "unknown"


@dataclass(frozen=True)
class Ownership:
    """Of all that one run makes; alike in all its processes."""

    run: str
    owner: str = NOBODY
    expires: str = ""
    """UTC, in the form of STAMP."""

    def labels(self) -> dict[str, str]:
        return {RUN: self.run, OWNER: self.owner, EXPIRES: self.expires}

    def mark(self, item: dict[str, Any]) -> dict[str, Any]:
        """The same object, with our labels."""
        item["metadata"].setdefault("labels", {}).update(self.labels())
        return item


def of_run(run: str, owner: str, now: datetime) -> Ownership:
    return Ownership(run, label_value(owner), (now + LIFETIME).astimezone(UTC).strftime(STAMP))


def labels_of(item: Mapping[str, Any]) -> dict[str, str]:
    return dict(item["metadata"].get("labels") or {})


def expired(labels: Mapping[str, str], now: datetime) -> bool:
    """Whether an object's time is over; one without a readable time never expires by itself."""
    try:
        until = datetime.strptime(labels.get(EXPIRES, ""), STAMP).replace(tzinfo=UTC)
    except ValueError:
        return False
    return until <= now


def login() -> str:
    """Who started this process; containers often run under a number without a name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return NOBODY


def label_value(text: str) -> str:
    """The nearest text that a label can hold."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:63].strip("._-")
    return plain or NOBODY
