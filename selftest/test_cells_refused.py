"""Cells that cannot be meant: each is refused in a sentence, whatever somebody types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.fields import FIELDS
from kit.cells import Cell, parse
from selftest.conversation import cell, traffic
from selftest.refusals import read_or_refused, refusal

REFUSED = [
    ("bytes", "", "is empty: write absent"),
    ("bytes", "present indeed", "nothing may follow 'present'"),
    ("bytes", "at least", "is not a number"),
    ("bytes", "at least 5 ms", "'bytes' takes a size with its unit, not '5 ms'"),
    ("bytes", "at least 5", "takes a size with its unit"),
    ("bytes", "5 kb", "the nearest known unit is kB"),
    ("packets", "5 ms", "takes a plain number"),
    ("packets", "between 5", "needs two bounds"),
    ("packets", "between 7 and 5", "is never true"),
    ("packets", "a multiple of 0", "means nothing"),
    ("packets", "one of 5", "at least two choices"),
    ("packets", "only 5", "is not a list"),
    ("packets", "during the traffic", "is not a time"),
    ("bytes", "after the traffic", "is not a time"),
    ("packets", "many", "is not a number with a unit"),
    ("protocol", "TPC", "'TPC' is no protocol; the nearest known word is 'TCP'"),
    ("protocol", "one of TCP, UPD", "the nearest known word is 'UDP'"),
    ("direction", "outwards", "known are ingress, egress, inner"),
    ("source type", "at least 1", "is a text, not a number"),
    ("TCP flags", "SYN", "write only … or with …"),
    ("TCP flags", "only", "names no member"),
    ("TCP flags", "with ,", "names no member"),
    ("source name", "the client's nmae", 'the nearest known word is "the client\'s name"'),
    ("source port", "the server's name", "is a number: it cannot be the server's name"),
    ("source name", "the server's port", "is a text: it cannot be the server's port"),
    ("TCP flags", "the client's name", "is a list of texts: it cannot be"),
]


@pytest.mark.parametrize("phrase, text, says", REFUSED)
def test_what_cannot_be_meant_is_refused_in_one_sentence(phrase, text, says):
    assert says in refusal(cell, phrase, text)


ANY_TEXT = st.one_of(
    st.text(),
    st.builds(
        "{} {}".format,
        st.sampled_from(["at least", "between", "a multiple of", "one of", "only", "the client's"]),
        st.text(st.sampled_from("0123456789. -,µmskBand")),
    ),
)


@given(st.sampled_from(FIELDS), ANY_TEXT)
def test_any_text_at_all_is_a_cell_or_a_sentence(field, text):
    read = read_or_refused(parse, field, text)
    assert isinstance(read, Cell | str)


@given(st.sampled_from(FIELDS), ANY_TEXT, st.none() | st.booleans() | st.integers() | st.text())
def test_a_cell_judges_any_value_without_an_error(field, text, value):
    read = read_or_refused(parse, field, text)
    if isinstance(read, Cell):
        told = read.complaint(value, traffic().facts())
        assert told is None or told.startswith(field.phrase)
