"""Flow metrics count flows and bytes by name; sweeps take away what has long not moved."""

from __future__ import annotations

from selftest.fake_time import FakeTime
from simulation.pipeline.flow_metrics import EGRESS_BYTES, EXPIRY, FLOWS, FlowMetrics

INWARDS = {"SrcK8S_Namespace": "demo", "FlowDirection": 0, "Bytes": 100}
OUTWARDS = {**INWARDS, "FlowDirection": 1}


def shown(metrics: FlowMetrics) -> dict[str, float]:
    return {name: value for name, _, value in metrics.samples()}


def test_flows_count_in_both_directions_and_bytes_on_their_way_out() -> None:
    metrics = FlowMetrics(FakeTime().monotonic)
    for record in (INWARDS, OUTWARDS, OUTWARDS):
        metrics.take(record)
    assert shown(metrics) == {FLOWS: 3, EGRESS_BYTES: 200}


def test_a_series_without_flows_is_swept_away_and_begins_at_nothing() -> None:
    clock = FakeTime()
    metrics = FlowMetrics(clock.monotonic)
    clock.sleep(EXPIRY / 4)
    metrics.take(OUTWARDS)
    clock.sleep(EXPIRY)
    metrics.take(INWARDS)
    clock.sleep(EXPIRY / 2)
    assert shown(metrics) == {FLOWS: 2, EGRESS_BYTES: 100}
    clock.sleep(EXPIRY / 4)
    assert shown(metrics) == {FLOWS: 2}
    clock.sleep(EXPIRY)
    assert metrics.printed() == "\n"
    metrics.take(OUTWARDS)
    assert shown(metrics) == {FLOWS: 1, EGRESS_BYTES: 100}


def test_what_begins_anew_after_a_sweep_that_nobody_saw_begins_at_nothing() -> None:
    clock = FakeTime()
    metrics = FlowMetrics(clock.monotonic)
    metrics.take(OUTWARDS)
    clock.sleep(2.5 * EXPIRY)
    metrics.take(OUTWARDS)
    assert shown(metrics) == {FLOWS: 1, EGRESS_BYTES: 100}


def test_each_metric_is_printed_below_its_type() -> None:
    metrics = FlowMetrics(FakeTime().monotonic, weight=2)
    metrics.take(OUTWARDS)
    assert metrics.printed().splitlines() == [
        f"# TYPE {FLOWS} counter",
        f'{FLOWS}{{SrcK8S_Namespace="demo"}} 2',
        f"# TYPE {EGRESS_BYTES} counter",
        f'{EGRESS_BYTES}{{SrcK8S_Namespace="demo"}} 200',
    ]
