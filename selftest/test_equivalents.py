"""What is accepted of mutants is accepted for a reason, and nobody who must notice is excused."""

from __future__ import annotations

import pytest

from catalog.outcomes import Outcome
from selftest.trial.equivalents import REASONS, TWO_PORTS, flip, flip_reason

SILENT = "Traffic to a denied address ends in silence"
FRAMED = "Pods of the same namespace still talk to each other"


@pytest.mark.parametrize(
    ("truth", "lie", "title", "excused"),
    [
        (Outcome.TIMED_OUT, Outcome.REFUSED, FRAMED, True),
        (Outcome.TIMED_OUT, Outcome.REFUSED, SILENT, False),
        (Outcome.TIMED_OUT, Outcome.CONNECTED, FRAMED, False),
        (Outcome.REFUSED, Outcome.CONNECTED, TWO_PORTS, True),
        (Outcome.REFUSED, Outcome.CONNECTED, FRAMED, False),
        (Outcome.REFUSED, Outcome.BROKEN_PROBE, TWO_PORTS, False),
        (Outcome.CONNECTED, Outcome.REFUSED, FRAMED, False),
    ],
)
def test_nobody_who_claims_silence_is_excused(
    truth: Outcome, lie: Outcome, title: str, excused: bool
) -> None:
    assert bool(flip_reason(flip(truth, lie), title)) == excused


def test_every_reason_is_a_sentence_about_one_way_to_be_wrong() -> None:
    assert all(len(mutant.split()) == 2 and len(why) > 20 for mutant, why in REASONS.items())
