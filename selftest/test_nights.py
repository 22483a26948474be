"""Tonight against the nights before: each kind of news, and nothing that is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kit.nights import Night, Nights, changes
from kit.run_lines import KEPT

TITLE = "A name that exists is answered without error"


def night(verdict: str | None, seconds: float = 1.0, day: int = 1, cluster: str = "c1") -> Night:
    verdicts = {} if verdict is None else {TITLE: (verdict, seconds)}
    return Night(f"2026-11-{day:02}T02:00:00+00:00", cluster, "abc123", verdicts)


def news(tonight: Night, *before: str | None) -> list[str]:
    past = [night(verdict, day=day) for day, verdict in enumerate(before, 1)]
    return [change.what for change in changes(tonight, past)]


@pytest.mark.parametrize(
    ("tonight", "before", "what"),
    [
        ("failed", ["passed"], ["new failure"]),
        ("inconclusive", ["passed"], ["new failure"]),
        ("failed", ["passed", "failed"], ["still failing"]),
        ("passed", ["failed"], ["fixed"]),
        ("skipped", ["passed"], ["newly skipped"]),
        ("skipped", ["skipped"], []),
        ("passed", ["passed"], []),
        ("passed", ["failed", "passed", "failed"], ["fixed", "flaky"]),
        ("failed", ["failed", "passed"], ["new failure"]),
        (None, ["passed"], ["not run"]),
        ("passed", [None], ["new scenario"]),
        ("failed", [], []),
    ],
)
def test_each_kind_of_news_has_its_word(tonight, before, what):
    assert news(night(tonight), *before) == what


def test_a_failure_that_stays_says_since_when():
    past = [night("passed", day=1), night("failed", day=2), night("inconclusive", day=3)]
    (change,) = changes(night("failed", day=4), past)
    assert change.told == "failed; for 3 nights, since 2026-11-02T02:00:00+00:00"


@pytest.mark.parametrize(("seconds", "slower"), [(21.0, True), (19.0, False)])
def test_twice_the_usual_time_and_ten_seconds_more_are_slower(seconds, slower):
    past = [night("passed", 10.0, day) for day in range(1, 7)]
    found = [change.what for change in changes(night("passed", seconds, 7), past)]
    assert found == (["slower"] if slower else [])


def test_four_nights_are_too_few_to_know_the_usual_time():
    past = [night("passed", 1.0, day) for day in range(1, 5)]
    assert changes(night("passed", 99.0, 5), past) == []


def test_what_was_added_is_read_again_and_clusters_are_kept_apart(tmp_path: Path):
    nights = Nights(tmp_path / "verdicts.jsonl")
    assert nights.of("c1") == []
    nights.add(night("passed"))
    nights.add(night("failed", cluster="c2"))
    assert nights.of("c1") == [night("passed")]


def test_a_month_is_kept_of_each_cluster(tmp_path: Path):
    nights = Nights(tmp_path / "verdicts.jsonl")
    nights.add(night("failed", cluster="c2"))
    for seconds in range(KEPT + 3):
        nights.add(night("passed", float(seconds)))
    assert [one.verdicts[TITLE][1] for one in nights.of("c1")] == [
        float(seconds) for seconds in range(3, KEPT + 3)
    ]
    assert len(nights.of("c2")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        json.dumps({"at": "", "cluster": "", "run": ""}),
        json.dumps({"at": "", "cluster": "", "run": "", "verdicts": {"x": "passed"}}),
        json.dumps({"at": "", "cluster": "", "run": "", "verdicts": [1]}),
    ],
)
def test_a_line_of_somebody_else_is_told_by_its_place(tmp_path: Path, line: str):
    file = tmp_path / "verdicts.jsonl"
    file.write_text(f"\n{line}\n")
    with pytest.raises(ValueError, match=r"verdicts\.jsonl:2: "):
        Nights(file).of("c1")
