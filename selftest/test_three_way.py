"""Two have changed a spec: ours goes, theirs stays, and the reader is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.three_way import merged

BEFORE = {"namespace": "flows", "agent": {"sampling": 50, "features": ["FlowRTT"]}}
OURS = {"namespace": "flows", "agent": {"sampling": 1, "features": ["IPSec"], "filter": {"on": 0}}}


def edited(**agent: Any) -> dict[str, Any]:
    return OURS | {"agent": {**OURS["agent"], **agent}}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "live, agent, kept",
    [
        (OURS, BEFORE["agent"], ()),
        (BEFORE, BEFORE["agent"], ()),
        (
            edited(sampling=7),
            {"sampling": 7, "features": ["FlowRTT"]},
            ("spec.agent.sampling is 7 and was 50",),
        ),
        (
            edited(logLevel="debug"),
            {"sampling": 50, "features": ["FlowRTT"], "logLevel": "debug"},
            ("spec.agent.logLevel is 'debug' and was absent",),
        ),
        (
            edited(features=["IPSec", "FlowRTT"]),
            {"sampling": 50, "features": ["IPSec", "FlowRTT"]},
            ("spec.agent.features is ['IPSec', 'FlowRTT'] and was ['FlowRTT']",),
        ),
        (
            edited(filter={"on": 1}),
            BEFORE["agent"] | {"filter": {"on": 1}},
            ("spec.agent.filter.on is 1 and was absent",),
        ),
    ],
)
def test_ours_goes_and_theirs_stays(live, agent, kept):
    found = merged(BEFORE, [OURS], live)
    assert found.spec == {"namespace": "flows", "agent": agent}
    assert found.kept == kept


def test_a_field_that_somebody_took_away_stays_away():
    live = {"agent": OURS["agent"]}
    found = merged(BEFORE, [OURS], live)
    assert found.spec == {"agent": BEFORE["agent"]}
    assert found.kept == ("spec.namespace is absent and was 'flows'",)


def test_each_spec_that_a_run_has_left_is_ours():
    second = edited(sampling=2)
    assert merged(BEFORE, [OURS, second], edited(sampling=1)).spec == BEFORE
    assert merged(BEFORE, [OURS, second], edited(sampling=2)).spec == BEFORE
    assert merged(BEFORE, [second], edited(sampling=1)).kept == (
        "spec.agent.sampling is 1 and was 50",
    )


LEAVES = st.one_of(st.integers(0, 3), st.lists(st.integers(0, 2), max_size=2))
INNER = st.dictionaries(st.sampled_from("ab"), LEAVES, max_size=2)
SPECS = st.dictionaries(st.sampled_from("abc"), st.one_of(LEAVES, INNER), max_size=3)


@given(SPECS, st.lists(SPECS, min_size=1, max_size=3))
def test_without_an_edit_the_original_comes_back_exactly(original, ours):
    for live in (original, *ours):
        found = merged(original, ours, live)
        assert (found.spec, found.kept) == (original, ())


@given(SPECS, SPECS)
def test_an_edit_of_an_untouched_spec_is_kept_whole(original, live):
    assert merged(original, [original], live).spec == live
    assert bool(merged(original, [original], live).kept) == (live != original)
