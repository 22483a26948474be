"""The simulated Loki keeps lines as Loki 3 does: order, duplicates, refusals, levels."""

from __future__ import annotations

import pytest

from simulation.loki import Limits, LokiStore, Rejected
from simulation.loki.levels import level_of
from simulation.loki.parser import parse
from simulation.loki.selecting import Window, rows
from simulation.loki.syntax import Selection

NOW = 1_800_000_000.0
NOW_NS = int(NOW) * 10**9
SECOND = 10**9


def store(**limits: float) -> LokiStore:
    return LokiStore(lambda: NOW, Limits(**limits))  # type: ignore[arg-type]  # seconds only


def lines(held: LokiStore, query: str, start: int, end: int) -> list[str]:
    selection = parse(query)
    assert isinstance(selection, Selection)
    return [row.line for row in rows(held, selection, Window(start, end))]


def test_entries_are_kept_in_time_order_and_once() -> None:
    held = store()
    for at, line in ((3, "c"), (1, "a"), (2, "b"), (2, "b"), (2, "other")):
        held.push({"app": "x"}, NOW_NS + at, line)
    assert lines(held, '{app="x"}', NOW_NS, NOW_NS + 9) == ["a", "b", "other", "c"]


def test_the_same_line_in_another_stream_is_another_entry() -> None:
    held = store()
    held.push({"app": "x"}, NOW_NS, "a")
    held.push({"app": "y"}, NOW_NS, "a")
    assert len(held) == 2


def test_the_service_name_comes_from_the_app() -> None:
    held = store()
    held.push({"app": "x", "gone": ""}, NOW_NS, "a")
    held.push({"kind": "y"}, NOW_NS, "a")
    assert [stream.labels for stream in held] == [
        {"app": "x", "service_name": "x"},
        {"kind": "y", "service_name": "unknown_service"},
    ]


@pytest.mark.parametrize(
    ("offset", "says"),
    [(-901, "timestamp too old"), (601, "timestamp too new"), (-400, "too far behind")],
)
def test_times_that_are_refused(offset: int, says: str) -> None:
    held = store(reject_old_samples_max_age=900, max_chunk_age=600)
    held.push({"app": "x"}, NOW_NS, "a")
    with pytest.raises(Rejected, match=says):
        held.push({"app": "x"}, NOW_NS + offset * SECOND, "b")
    assert len(held) == 1


@pytest.mark.parametrize("offset", [-299, 599])
def test_times_that_are_not(offset: int) -> None:
    held = store(max_chunk_age=600)
    held.push({"app": "x"}, NOW_NS, "a")
    held.push({"app": "x"}, NOW_NS + offset * SECOND, "b")
    assert len(held) == 2


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ('{"SrcK8S_Name":"error-probe"}', "unknown"),
        ('{"DnsName":"info"}', "info"),
        ('{"level":"WARN"}', "warn"),
        ('{"level":"odd","a":"error"}', "error"),
        ('{"a":{"level":"err"}}', "error"),
        ('{"a":{"level":"wrn"}}', "warn"),
        ('{"a":{"b":{"level":"wrn"}}}', "unknown"),
        ("lvl=debug it", "debug"),
        ("Fatal: no", "fatal"),
        ("informal", "unknown"),
    ],
)
def test_levels_are_found_in_lines(line: str, level: str) -> None:
    assert level_of({}, line) == level


def test_a_level_label_wins_over_the_line() -> None:
    assert level_of({"level": "Warning"}, "error") == "warn"
