"""What is killed and when, drawn from a seed: the same seed draws the same again."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SELECTIONS = {
    "two rollouts": (
        "features/dns_tracking.feature::A name that exists is answered without error",
        "features/optional_features.feature",
    ),
    "an egress address": (
        "features/egress_ip_moves.feature::The egress address moves with the label",
        "features/egress_ip.feature::Only the pods that are selected use it",
    ),
    "objects of the whole cluster": (
        "features/network_events.feature::A denial by an admin policy names that policy",
        "features/udn_mapping.feature::A pod on <network> shows its name[a cluster-wide network]",
    ),
    "the updater": ("features/google_block_list.feature::A Google Cloud customer stays reachable",),
}
WORKERS = ("0", "2")
EARLY = 0.1
"""The share of kills that hit a run before it has touched anything."""

LATE = 1.05
"""How far a kill may come after the usual end: runs differ in length."""


@dataclass(frozen=True)
class Kill:
    """`share` of the time from the first touch to the end, or, `early`, from start to first touch.

    `alone`: the controller is killed and its workers are not.
    """

    seed: int
    selection: str
    workers: str
    share: float
    early: bool
    alone: bool

    def arguments(self) -> list[str]:
        return ["-n", self.workers, *SELECTIONS[self.selection]]

    def said(self) -> str:
        whom = "its controller" if self.alone else "all of it"
        of_what = "the start" if self.early else "the run"
        return (
            f"seed {self.seed}: {self.selection}, -n {self.workers}, {whom} "
            f"after {self.share:.0%} of {of_what}"
        )


def kill(seed: int, only: str = "") -> Kill:
    """With `only` so many workers, whatever the seed would choose."""
    dice = Random(seed)  # dice, no secret
    selection, workers = dice.choice(list(SELECTIONS)), dice.choice(WORKERS)
    workers = only or workers
    early, alone = dice.random() < EARLY, dice.random() < 0.5
    share = dice.random() * (1.0 if early else LATE)
    return Kill(seed, selection, workers, share, early, alone and workers != "0")
