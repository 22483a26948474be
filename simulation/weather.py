"""How rough the way from the wire to Loki is, and how far the clocks of the nodes are apart."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

Span = tuple[float, float]


@dataclass
class Weather:
    """Shares are of 1, spans in cluster seconds. As it stands, it is an ordinary day.

    `late` are single flows that take longer, since another replica was busy; `held_back` are whole
    batches that later ones overtake; `twice` are batches written again, since the answer of Loki
    was lost; `redelivered` are those that the way to flowlogs-pipeline brings twice, so that their
    records differ by when they were received. With `splits` agents also evict between two periods.
    `foreign` multiplies the traffic of strangers. `skew` is the most by which two clocks differ.
    """

    late_share: float = 0.02
    late: Span = (1.0, 3.0)
    held_back: float = 0.0
    twice: float = 0.0
    redelivered: float = 0.0
    splits: bool = False
    foreign: float = 1.0
    skew: float = 0.0
    rng: random.Random = field(default_factory=random.Random, repr=False)
    _offsets: dict[str, float] = field(default_factory=dict, init=False, repr=False)

    def offset(self, clock: str) -> float:
        """Seconds by which this clock is ahead of the cluster's."""
        if clock not in self._offsets:
            self._offsets[clock] = self.rng.uniform(-self.skew / 2, self.skew / 2)
        return self._offsets[clock]
