"""What makes the simulated cluster hard to judge, and never wrong: catalog/hardships.py.

Each hardship stands between a part of the cluster and its users; the parts know nothing of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from catalog.hardships import HARDSHIPS


class UnknownHardship(ValueError):
    """Nobody has written the hardship that was asked for."""


class Hardships:
    """Those that one simulated cluster goes through; `rng` draws when each of them strikes."""

    def __init__(self, names: Iterable[str] = (), seed: int = 0) -> None:
        self._names = frozenset(names)
        self.rng = random.Random(f"hardships {seed}")
        for name in self._names:
            _require(name)

    def active(self, name: str) -> bool:
        _require(name)
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))


def _require(name: str) -> None:
    if name not in HARDSHIPS:
        near = get_close_matches(name, HARDSHIPS, n=1)
        hint = f"did you mean {near[0]}?" if near else "see catalog/hardships.py for the list."
        raise UnknownHardship(f"there is no hardship called {name}; {hint}")
