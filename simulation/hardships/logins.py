"""The token of the kubeconfig, which does not live for ever."""

from __future__ import annotations

from collections.abc import Callable

from simulation.apiserver import Store
from simulation.clock import Clock
from simulation.hardships import Hardships

LIFE = (60.0, 180.0)
"""Cluster seconds."""
OVERLAP = 10.0
"""Seconds for which an old token still works, as those of an OAuth server do."""


class Logins:
    """`write` puts a token into the kubeconfig; `issue` makes one for the suite's user."""

    def __init__(self, store: Store, clock: Clock, issue: Callable[[], str]) -> None:
        self._store, self._clock, self._issue = store, clock, issue

    def live_by(self, hardships: Hardships, token: str, write: Callable[[str], object]) -> None:
        rng = hardships.rng

        def rotate(old: str) -> None:
            new = self._issue()
            write(new)
            self._clock.call_later(OVERLAP, self._store.access.revoke, old)
            self._clock.call_later(rng.uniform(*LIFE), rotate, new)

        if hardships.active("tokens-rotate"):
            self._clock.call_later(rng.uniform(*LIFE), rotate, token)
        if hardships.active("token-expires"):
            self._clock.call_later(rng.uniform(*LIFE), self._store.access.revoke, token)
