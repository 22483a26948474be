"""How much must be sent before missing everything means something."""

from __future__ import annotations

import random

import pytest

from kit.sampling import MOST_PACKETS, packets_needed, told
from kit.verdict import Inconclusive


@pytest.mark.parametrize(("sampling", "packets"), [(0, 1), (1, 1), (2, 10), (50, 342), (400, 2760)])
def test_the_packets_needed_are_the_least_that_do(sampling: int, packets: int):
    assert packets_needed(sampling) == packets
    if sampling > 1:
        missed = 1 - 1 / sampling
        assert missed**packets <= 0.001 < missed ** (packets - 1)


def test_too_many_are_refused_with_the_arithmetic():
    assert told(50) == 342
    with pytest.raises(Inconclusive, match=rf"more than {MOST_PACKETS} are not sent"):
        told(1000)


def test_dice_agree():
    dice = random.Random(7)
    runs = [all(dice.random() >= 1 / 10 for _ in range(packets_needed(10))) for _ in range(5000)]
    assert sum(runs) <= 15
