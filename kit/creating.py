"""Creating an object once, although the answer to a POST may be lost after it has worked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kit.again import Attempts
from kit.asks import PASSING
from kit.errors import InfrastructureError, Refused, Unanswered

Object = dict[str, Any]
TAKEN = 409


def create_once(
    post: Callable[[], Object], look: Callable[[], Object | None], manifest: Object, speed: float
) -> Object:
    """The object made; or, after trouble on the way, the one that turns out to be ours."""
    attempts = Attempts(speed=speed)
    while True:
        try:
            return post()
        except (Unanswered, Refused) as error:
            if not _may_have_worked(error, again=attempts.made > 1):
                raise
            found = look()
            if found is not None and is_the_same(manifest, found):
                return found
            if found is not None or not attempts.once_more():
                raise


def is_the_same(manifest: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether what is there is what we wanted to make: our labels, and in a Lease our name."""
    wanted = manifest["metadata"].get("labels") or {}
    labels = found["metadata"].get("labels") or {}
    holder = (manifest.get("spec") or {}).get("holderIdentity")
    ours = holder is None or (found.get("spec") or {}).get("holderIdentity") == holder
    return bool(wanted) and wanted.items() <= labels.items() and ours


def _may_have_worked(error: InfrastructureError, again: bool) -> bool:
    if isinstance(error, Refused):
        return error.code in PASSING or (again and error.code == TAKEN)
    return isinstance(error, Unanswered)
