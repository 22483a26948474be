"""How long a flow may take: read from the FlowCollector, so that no deadline is a guess."""

from __future__ import annotations

import pytest

from kit.pipeline import MARGIN, QUERY_ALLOWANCE, QUIET_ALLOWANCE, pipeline
from selftest.refusals import refusal


def collector(loki: dict | None = None, **ebpf: object) -> dict:
    return {"spec": {"agent": {"ebpf": ebpf}, "loki": loki or {}}}


@pytest.mark.parametrize("empty", [{}, {"spec": {}}, collector()])
def test_defaults_are_those_of_the_operator(empty):
    read = pipeline(empty)
    assert (read.cache, read.batch, read.sampling, read.features) == (15, 1, 50, frozenset())


def test_what_the_flow_collector_says_counts():
    read = pipeline(
        collector(
            {"writeBatchWait": "500ms"},
            cacheActiveTimeout="1m5s",
            sampling=1,
            features=["FlowRTT"],
        )
    )
    assert (read.cache, read.batch, read.sampling) == (65, 0.5, 1)
    assert read.features == {"FlowRTT"}
    assert read.floor == 65.5


def test_a_deadline_covers_the_cache_two_batches_the_query_and_a_margin():
    read = pipeline(collector({"writeBatchWait": "2s"}, cacheActiveTimeout="5s"))
    assert read.quiet == 5 + 2 + QUIET_ALLOWANCE
    assert read.deadline == 5 + 4 + QUERY_ALLOWANCE + MARGIN


def test_a_duration_that_go_would_not_read_is_refused():
    assert "'soon' is not a duration" in refusal(pipeline, collector(cacheActiveTimeout="soon"))
