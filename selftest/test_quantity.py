"""Numbers with units: as people write them, and as Go does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.quantity import UNITS, Quantity, go_seconds, quantity, seconds
from selftest.refusals import read_or_refused, refusal


@pytest.mark.parametrize(
    "text, amount, measures",
    [
        ("3", 3, "count"),
        ("-1", -1, "count"),
        ("1.5", 1.5, "count"),
        (" 50 ms ", 0.05, "time"),
        ("50ms", 0.05, "time"),
        ("1 us", 1e-6, "time"),
        ("2 min", 120, "time"),
        ("1 h", 3600, "time"),
        ("8 kB", 8000, "size"),
        ("8 KiB", 8192, "size"),
        ("1.5 MiB", 1572864, "size"),
    ],
)
def test_a_number_with_a_unit_is_read(text, amount, measures):
    read = quantity(text)
    assert (float(read.amount), read.measures) == (amount, measures)


@pytest.mark.parametrize("mu", ["\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}"])
def test_both_letters_that_look_like_micro_are_micro(mu):
    assert quantity(f"3 {mu}s") == quantity("3 us")
    assert go_seconds(f"3{mu}s") == pytest.approx(3e-6)


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "'' is not a number with a unit, such as 50 ms or 8 kB"),
        ("fast", "'fast' is not a number"),
        ("5 5 ms", "is not a number"),
        ("1e3 ms", "is not a number with a unit"),
        ("1,5 ms", "is not a number"),
        ("5 kb", "'kb' in '5 kb' is not a known unit; the nearest known unit is kB"),
        ("5 msec", "the nearest known unit is ms"),
        ("5 seconds", "the nearest known unit is s"),
        ("5 bytes", "the nearest known unit is B"),
        ("2 minutes", "the nearest known unit is min"),
        ("2 hours", "the nearest known unit is h"),
        ("5 parsecs", "'parsecs' in '5 parsecs' is not a known unit"),
    ],
)
def test_anything_else_is_refused_with_the_nearest_unit(text, says):
    assert says in refusal(quantity, text)


def test_a_duration_is_not_a_size_nor_a_plain_number():
    assert seconds("1.5 min") == 90
    assert "'8 kB' is not a duration, such as 30 s" in refusal(seconds, "8 kB")
    assert "'30' is not a duration" in refusal(seconds, "30")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("15s", 15),
        ("1m30s", 90),
        ("1h0m0s", 3600),
        ("250ms", 0.25),
        ("1.5h", 5400),
        ("1s500ms", 1.5),
        ("0s", 0),
    ],
)
def test_durations_of_go_are_read(text, expected):
    assert go_seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "15", "15 s", "15sec", "s", "1m30", "x1m", "1d", "15S"])
def test_what_go_would_not_read_is_refused(text):
    assert "is not a duration as Go writes it" in refusal(go_seconds, text)


@given(st.integers(-(10**9), 10**9), st.sampled_from(sorted(UNITS)))
def test_whole_numbers_are_exact_in_every_unit(number, unit):
    assert quantity(f"{number} {unit}").amount / UNITS[unit][1] == number


@given(st.text() | st.text(st.sampled_from("0123456789.- mµskKMGiBhn")))
def test_any_text_is_a_quantity_or_a_sentence(text):
    assert isinstance(read_or_refused(quantity, text), Quantity | str)
    assert isinstance(read_or_refused(go_seconds, text), float | str)
    assert isinstance(read_or_refused(seconds, text), float | str)
