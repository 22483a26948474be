"""Filling rollouts: who brings a configuration, and what the other workers do meanwhile."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from fixtures import filling
from fixtures.filling import filling_rollouts
from kit.configuration import Configuration

RICH, LEAN = Configuration(("FlowRTT",)), Configuration()


@pytest.fixture(autouse=True)
def lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name ends with its seconds, and is its first line too."""
    monkeypatch.setattr(filling, "seconds_of", lambda item: float(item.name.split()[-1]))
    monkeypatch.setattr(filling, "steps_of", lambda item: [item.name])
    monkeypatch.setattr(filling, "unit_of", lambda item: item.name.split(":")[0])


def item(name: str, granted: Configuration | None = None, *tags: str) -> SimpleNamespace:
    stash = pytest.Stash()
    if granted is not None:
        stash[filling.GRANTED] = granted
    marks = [SimpleNamespace(name=tag, args=(), kwargs={}) for tag in tags]
    return SimpleNamespace(name=name, nodeid=name, stash=stash, iter_markers=lambda: marks)


def order(*items: SimpleNamespace) -> list[str]:
    found = filling_rollouts(items, 2)  # type: ignore[arg-type]  # stand-ins
    return [each.name for each in found]


def test_each_rollout_gets_its_share_of_what_needs_none():
    free = [item("free 30"), item("free 20"), item("free 10")]
    asking = [
        item("rich 9", RICH),
        item("rich 8", RICH),
        item("lean 9", LEAN),
        item("lean 8", LEAN),
    ]
    assert order(*free, *asking) == [
        *("rich 9", "free 30", "rich 8"),
        *("lean 9", "free 20", "free 10", "lean 8"),
    ]


def test_who_asks_at_once_brings_the_configuration():
    longest = item("a client reaches it 30", LEAN)
    asking = [item(f"flows are collected {n}", LEAN) for n in (10, 20)]
    names = order(longest, *asking, item("free 5"))
    assert names == [asking[1].name, "free 5", longest.name, asking[0].name]


def test_who_waits_for_agents_to_grow_old_lets_others_go_first():
    names = [f"flows are collected {n}" for n in (90, 30, 20)]
    old = item("every agent has run for 60", LEAN)
    assert order(old, *(item(name, LEAN) for name in names)) == [
        names[0],
        names[1],
        old.name,
        names[2],
    ]
    assert order(old) == [old.name]


def test_a_file_that_one_worker_runs_begins_before_what_needs_no_configuration():
    chain = [item(f"one address: {n}", LEAN) for n in (9, 8)]
    asking = [item(f"flows are collected {n}", LEAN) for n in (90, 30)]
    old = item("every agent has run for 60", LEAN)
    assert order(old, *chain, *asking, item("free 5")) == [
        *("flows are collected 90", "one address: 9", "one address: 8"),
        *("free 5", "every agent has run for 60", "flows are collected 30"),
    ]


def test_what_only_looks_comes_first_and_what_closes_last():
    items = [
        item("free 5"),
        item("looks 0"),
        item("rich 5", RICH),
        item("the end 0", None, "closing"),
    ]
    assert order(*items) == ["looks 0", "rich 5", "free 5", "the end 0"]


def test_who_looks_for_long_at_agents_as_found_holds_up_no_rollout():
    watches = item("watches 9", None, "as_found")
    assert order(watches, item("rich 5", RICH), item("rich 4", RICH)) == [
        *("rich 5", "watches 9", "rich 4"),
    ]


def test_without_configurations_nothing_is_lost():
    items = [item("free 5"), item("watches 9", None, "as_found"), item("looks 0")]
    assert sorted(order(*items)) == ["free 5", "looks 0", "watches 9"]
    assert order() == []
