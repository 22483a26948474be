"""The OpenShift that the simulated cluster is, and the firewall controller that comes with it."""

from __future__ import annotations

import pytest

from selftest.refusals import refusal
from simulation.faults import Faults
from simulation.release import DEFAULT, NEWER, ONLY_WRONG_IN_NEWER, chosen, era
from simulation.world import Era


@pytest.mark.parametrize(
    "release, which",
    [
        ("4.19.30", Era.BEFORE_2025_10),
        (DEFAULT, Era.BEFORE_2025_10),
        ("4.21.0", Era.AFTER_2025_10),
        (NEWER, Era.AFTER_2025_10),
    ],
)
def test_the_controller_comes_with_the_release(release, which):
    assert era(release) is which


@pytest.mark.parametrize("lie", ONLY_WRONG_IN_NEWER)
def test_what_an_old_release_does_anyhow_is_a_lie_of_a_newer_one(lie):
    assert chosen(None, Faults()) == DEFAULT
    assert chosen(None, Faults([lie])) == NEWER
    assert chosen("4.20.3", Faults([lie])) == "4.20.3"


@pytest.mark.parametrize("text", ["", "4.21", "4.21.x", "3.11.0", "newest"])
def test_no_release_is_refused(text):
    assert "write three numbers" in refusal(chosen, text, Faults())
