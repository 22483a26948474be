"""A few hundred inputs against each reader; `make fuzz` tries ten thousand."""

from __future__ import annotations

import pytest

from selftest.fuzz.targets import TARGETS, Target
from selftest.fuzz.trying import tried


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_whatever_comes_is_read_or_refused_in_a_sentence(target: Target) -> None:
    assert tried(target, 150) == ""


def test_a_reader_that_breaks_is_found() -> None:
    broken = Target("broken", TARGETS[1].inputs, lambda text: {}[text])
    assert "KeyError" in tried(broken, 50)
