"""Cells about lists that refer to facts: an unknown fact matches nothing at all."""

from __future__ import annotations

import pytest

from selftest.conversation import cell, complaint

NAME = "the network's name"


def of_network(form: str, value: object, name: str = "team/blue") -> str | None:
    return cell("user-defined networks", form).complaint(value, {NAME: name})


def test_membership_is_asked_and_never_equality():
    assert of_network(f"with {NAME}", ["", "team/blue"]) is None
    assert of_network(f"nothing but {NAME}", ["", "team/blue"]) is None
    assert of_network(f"nothing but {NAME}", ["", ""]) is None


@pytest.mark.parametrize("value", [["", "default"], ["", ""], ["blue"], ["team/blue2"], []])
def test_what_is_not_the_name_proves_nothing(value):
    told = of_network(f"with {NAME}", value)
    assert told is not None
    assert "team/blue" in told


@pytest.mark.parametrize("value", [["default"], ["blue", "team/blue"], ["team/blue", "default"]])
def test_no_other_name_may_be_beside_it(value):
    assert of_network(f"nothing but {NAME}", value) is not None


def test_a_fact_that_nobody_knows_matches_nothing():
    for form in ("with", "only", "nothing but"):
        assert complaint("user-defined networks", f"{form} {NAME}", ["team/blue"], {}) is not None


def test_an_empty_list_of_texts_is_not_an_absent_one():
    assert complaint("user-defined networks", "empty", ["", ""]) is None
    assert complaint("user-defined networks", "empty", ["default"]) is not None
    with pytest.raises(ValueError, match="only absent"):
        cell("source name", "empty")


def test_a_fact_is_spelt_as_the_phrasebook_spells_it():
    with pytest.raises(ValueError, match="not a known fact; the nearest known word is"):
        cell("user-defined networks", "with the network's nam")
