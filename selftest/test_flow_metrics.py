"""Flow metrics count flows and bytes by name, and are gone two minutes after the last of them."""

from __future__ import annotations

from simulation.pipeline.flow_metrics import EGRESS_BYTES, EXPIRY, FLOWS, FlowMetrics

INWARDS = {"SrcK8S_Namespace": "demo", "FlowDirection": 0, "Bytes": 100}
OUTWARDS = {**INWARDS, "FlowDirection": 1}


class Hours:
    """A clock that somebody sets."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def shown(metrics: FlowMetrics) -> dict[str, float]:
    return {name: value for name, _, value in metrics.samples()}


def test_flows_count_in_both_directions_and_bytes_on_their_way_out() -> None:
    metrics = FlowMetrics(Hours())
    for record in (INWARDS, OUTWARDS, OUTWARDS):
        metrics.take(record)
    assert shown(metrics) == {FLOWS: 3, EGRESS_BYTES: 200}


def test_a_series_without_flows_is_gone_and_begins_at_nothing() -> None:
    clock = Hours()
    metrics = FlowMetrics(clock)
    metrics.take(OUTWARDS)
    clock.at += EXPIRY / 2
    metrics.take(INWARDS)
    clock.at += EXPIRY / 2 + 1
    assert shown(metrics) == {FLOWS: 2}
    clock.at += EXPIRY
    assert metrics.printed() == "\n"
    metrics.take(OUTWARDS)
    assert shown(metrics) == {FLOWS: 1, EGRESS_BYTES: 100}


def test_each_metric_is_printed_below_its_type() -> None:
    metrics = FlowMetrics(Hours(), weight=2)
    metrics.take(OUTWARDS)
    assert metrics.printed().splitlines() == [
        f"# TYPE {FLOWS} counter",
        f'{FLOWS}{{SrcK8S_Namespace="demo"}} 2',
        f"# TYPE {EGRESS_BYTES} counter",
        f'{EGRESS_BYTES}{{SrcK8S_Namespace="demo"}} 200',
    ]
