"""The command line about costs: what is refused, which history is read, what waits for --deltas."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures import budgets, trend
from fixtures.budgets import LIVE_FACTOR, SETTINGS
from fixtures.options import OPTIONS
from fixtures.planning import wish_of
from fixtures.trend import HISTORY
from kit.budgets import Acknowledged


class Config(SimpleNamespace):
    """As much of pytest's configuration as reading options takes."""

    def getoption(self, name):
        return self.asked.get(name)


@pytest.fixture
def config(tmp_path):
    def make(live=False, workers=None, **asked):
        made = Config(
            asked={f"--{name.replace('_', '-')}": value for name, value in asked.items()},
            stash=pytest.Stash(),
            invocation_params=SimpleNamespace(dir=tmp_path),
            option=SimpleNamespace(numprocesses=workers),
            rootpath=tmp_path,
        )
        made.stash[OPTIONS] = SimpleNamespace(live=live)
        return made

    return make


@pytest.mark.parametrize(
    "asked, says",
    [
        ({"budgets": "none.yaml"}, "none.yaml cannot be read"),
        ({"traffic_factor": "0"}, "--traffic-factor wants a whole number from 1 to 1000, not '0'"),
        ({"traffic_factor": "1.5"}, "--traffic-factor wants a whole number"),
        ({"traffic_factor": "much"}, "--traffic-factor wants a whole number"),
        ({"deltas": True, "workers": 2}, "--deltas measures one configuration at a time: drop -n"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(config, asked, says):
    with pytest.raises(pytest.UsageError) as refused:
        budgets.pytest_configure(config(**asked))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_of_ones_own_is_read_from_where_the_command_was_given(config, tmp_path):
    text = "acknowledged:\n- {rise: agent.cpu.rest, until: 2027-01-31, because: known}\n"
    (tmp_path / "mine.yaml").write_text(text)
    made = config(budgets="mine.yaml")
    budgets.pytest_configure(made)
    (meant,) = made.stash[SETTINGS].budgets.acknowledged
    assert isinstance(meant, Acknowledged)


@pytest.mark.parametrize(
    "live, speed, asked, clients",
    [
        (False, 60.0, {}, 1),
        (False, 1.0, {}, 1),
        (True, 1.0, {}, LIVE_FACTOR),
        (True, 60.0, {}, 1),
        (True, 60.0, {"traffic_factor": "3"}, 3),
    ],
)
def test_clients_are_many_only_where_a_live_clock_is_real(config, live, speed, asked, clients):
    made = config(live=live, **asked)
    budgets.pytest_configure(made)
    assert made.stash[SETTINGS].clients(speed) == clients


def test_a_live_cluster_has_a_history(config, tmp_path):
    made = config(live=True)
    trend.pytest_configure(made)
    assert made.stash[HISTORY].file == tmp_path / "history" / "costs.jsonl"


def test_a_simulated_cluster_has_a_history_only_by_name(config):
    made = config()
    trend.pytest_configure(made)
    assert made.stash[HISTORY] is None
    named = config(history="costs.jsonl")
    trend.pytest_configure(named)
    assert named.stash[HISTORY].nights() == []


def test_a_broken_history_is_refused_before_anything_runs(config, tmp_path):
    (tmp_path / "costs.jsonl").write_text("oops\n")
    with pytest.raises(pytest.UsageError, match=r"costs\.jsonl:1: this is not JSON"):
        trend.pytest_configure(config(history="costs.jsonl"))


def test_the_history_is_not_cleaned_away():
    makefile = (Path(__file__).parents[1] / "Makefile").read_text()
    (clean,) = [line for line in makefile.splitlines() if line.startswith("\t@rm -rf build")]
    assert "history" not in clean
    assert "history/" in (Path(__file__).parents[1] / ".gitignore").read_text()


class Item:
    """A scenario of so many steps, as planning reads it."""


@pytest.mark.parametrize(
    "phrase, on, off",
    [
        ("flows are collected with every feature", 9, 0),
        ("flows are collected without any feature", 0, 9),
        ("flows are collected with DNS tracking alone", 1, 8),
    ],
)
def test_a_wish_about_all_features_is_whole(monkeypatch, phrase, on, off):
    step = SimpleNamespace(name=phrase)
    template = SimpleNamespace(render=lambda _row: SimpleNamespace(steps=[step]))
    monkeypatch.setattr("fixtures.planning.template_of", lambda _item: template)
    monkeypatch.setattr("fixtures.planning.row_of", lambda _item: {})
    wish = wish_of(Item())
    assert (len(wish.on), len(wish.off)) == (on, off)
