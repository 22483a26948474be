"""No full garbage collection while a simulated cluster runs.

One holds up every thread of the process for some tenths of a second, which is half a minute on a
clock that runs 60 times as fast: timers fire late and in heaps, as on no cluster. Young cycles are
still collected; what little survives them waits until the last simulated cluster has stopped.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NEVER = 2**31 - 1

_lock = threading.Lock()
_running = 0
_before = gc.get_threshold()


@contextmanager
def none() -> Iterator[None]:
    """For as long as the block lasts, or another one that has begun meanwhile."""
    _count(1)
    try:
        yield
    finally:
        _count(-1)


def _count(more: int) -> None:
    global _running, _before
    with _lock:
        if _running == 0:
            _before = gc.get_threshold()
            gc.set_threshold(*_before[:2], NEVER)
        _running += more
        if _running == 0:
            gc.set_threshold(*_before)
