"""Costs of earlier runs: how they are kept, when a rise fails, and what budgets are learned."""

from __future__ import annotations

from datetime import date

import pytest

from kit.__main__ import main
from kit.budgets import Acknowledged, read
from kit.errors import UsageError
from kit.history import History, Night
from kit.learning import learn
from kit.run_lines import KEPT
from kit.trend import judge, rises, table
from selftest.refusals import refusal

MIB = 1024 * 1024
TODAY = date(2026, 6, 1)


def night(number, cluster="here", **costs):
    told = {key.replace("__", "."): value for key, value in costs.items()}
    return Night(f"2026-05-{number:02}T02:00:00+00:00", cluster, f"run{number}", {}, told)


def nights(*values, key="agent__memory__rest"):
    return [night(number, **{key: value}) for number, value in enumerate(values, 1)]


EARLIER = nights(160 * MIB, 150 * MIB, 155 * MIB)


def judged(now, earlier=EARLIER, meant=(), key="agent.memory.rest"):
    return judge(rises({key: now}, earlier), 0.20, meant, TODAY)


def test_a_rise_beyond_the_limit_fails_with_its_numbers():
    told = judged(200 * MIB)
    assert not told.met
    assert told.because == (
        "agent.memory.rest rose from 155.0 MiB to 200.0 MiB (+29%, median of 3 runs)"
    )
    assert "| agent.memory.rest | 155.0 MiB | 200.0 MiB | **+29.0%** | 3 runs |" in told.detail


@pytest.mark.parametrize("now", [185 * MIB, 155 * MIB, 20 * MIB])
def test_whatever_stays_below_the_limit_passes(now):
    assert judged(now).met


def test_a_difference_below_the_noise_is_none_whatever_its_percentage():
    earlier = nights(0.003, 0.003, 0.003, key="agent__cpu__rest")
    assert judged(0.0045, earlier, key="agent.cpu.rest").met
    assert not judged(0.0055, earlier, key="agent.cpu.rest").met


def test_one_bad_night_does_not_move_the_median():
    assert not judged(200 * MIB, [*EARLIER, *nights(400 * MIB)]).met


def creeping(*, by):
    """A month in which each night takes so much more than the one before."""
    return [150 * MIB * (1 + by) ** number for number in range(KEPT + 1)]


def test_a_creep_too_slow_for_the_median_is_held_against_the_oldest_runs():
    *past, now = creeping(by=0.009)
    told = judged(now, nights(*past))
    assert told.because == (
        "agent.memory.rest rose from 155.5 MiB to 196.3 MiB (+26%, median of the 10 oldest of 30 "
        "runs)"
    )
    *past, now = creeping(by=0.004)
    assert judged(now, nights(*past)).met


def test_what_had_fallen_and_rises_again_is_held_against_all_runs():
    saved = nights(*([200 * MIB] * 12 + [150 * MIB] * 18))
    told = judged(200 * MIB, saved).because
    assert "from 150.0 MiB to 200.0 MiB (+33%, median of 30 runs)" in told


def test_a_share_of_the_limit_is_that_of_any_phase_and_not_compared():
    fewer_phases = nights(0.1, 0.1, 0.1, key="agent__memory_of_limit")
    assert rises({"agent.memory_of_limit": 0.3}, fewer_phases) == []


def test_nothing_to_compare_is_no_pass():
    assert not judged(100 * MIB, EARLIER[:2]).met
    assert not judged(100 * MIB, key="agent.memory.heavy").met
    assert "nothing can be compared" in judge([], 0.2, (), TODAY).because


def acknowledged(until, key="agent.memory.rest"):
    return (Acknowledged(key, until, "QUIC flows", "budgets.yaml:80"),)


def test_an_acknowledged_rise_passes_until_its_day():
    told = judged(200 * MIB, meant=acknowledged(TODAY))
    assert told.met
    assert "acknowledged: agent.memory.rest" in told.because


def test_an_expired_excuse_fails_with_and_without_a_rise():
    expired = acknowledged(date(2026, 5, 31))
    told = judged(200 * MIB, meant=expired)
    assert "rose from" in told.because
    assert "budgets.yaml:80: the acknowledged rise of agent.memory.rest has expired on" in (
        told.because
    )
    assert judged(150 * MIB, meant=expired).because.endswith("remove it")


def test_an_excuse_for_another_cost_excuses_nothing():
    assert not judged(200 * MIB, meant=acknowledged(TODAY, "agent.memory.heavy")).met


def test_the_table_marks_rises_alone():
    found = rises({"agent.memory.rest": 150.0 * MIB}, EARLIER)
    assert "**" not in table(found, 0.20)


def test_a_history_keeps_the_last_runs_of_each_cluster(tmp_path):
    history = History(tmp_path / "deep" / "costs.jsonl")
    assert history.nights("here") == []
    history.add(night(1, "there", agent__cpu__rest=0.5))
    for _ in range(KEPT + 3):
        history.add(night(2, agent__cpu__rest=0.01))
    assert len(history.nights("here")) == KEPT
    assert len(history.nights("there")) == 1
    assert len(history.nights()) == KEPT + 1


GOOD = '{"at": "a", "cluster": "c", "run": "r", "versions": {}, "costs": {"agent.cpu.rest": 1}}'


@pytest.mark.parametrize(
    "line, says",
    [
        ("{", "costs.jsonl:2: this is not JSON"),
        ("[]", "costs.jsonl:2: expected an object of at, cluster, run, versions, costs"),
        ("{}", "costs.jsonl:2: expected an object"),
        (GOOD.replace("1}", "-1}"), "costs.jsonl:2: costs are numbers by key, none of them neg"),
        (GOOD.replace("1}", '"1"}'), "costs.jsonl:2: costs are numbers"),
        (GOOD.replace("1}", "true}"), "costs.jsonl:2: costs are numbers"),
    ],
)
def test_a_line_that_is_none_of_ours_is_told_with_its_place(tmp_path, line, says):
    file = tmp_path / "costs.jsonl"
    file.write_text(f"{GOOD}\n{line}\n")
    assert says in refusal(History(file).nights)


def test_a_cost_that_is_no_longer_known_is_left_out(tmp_path):
    file = tmp_path / "costs.jsonl"
    file.write_text(GOOD.replace("agent.cpu.rest", "agent.cpu.dreaming") + "\n")
    (found,) = History(file).nights()
    assert found.costs == {}


@pytest.fixture
def history(tmp_path):
    history = History(tmp_path / "costs.jsonl")
    for number, memory in enumerate((160, 150, 155), 1):
        costs = {"agent__memory__rest": memory * MIB + 1.0, "node__cpu__rest": 0.031}
        history.add(night(number, **costs))
    return history


def test_budgets_are_learned_with_headroom_and_can_be_read(tmp_path, history):
    output = tmp_path / "learned.yaml"
    told = learn(history.file, output, 0.5)
    assert f"{output} has 2 budgets of 3 runs" in told
    found = read(output)
    assert found.limit("agent.memory.rest").text == "241 MiB"
    assert found.limit("node.cpu.rest").text == "5 %"
    assert found.limit("node.cpu.rest").because == (
        "most of 3 runs from 2026-05-01 to 2026-05-03, and 50% headroom"
    )


def test_too_little_is_not_learned_from(tmp_path, history):
    with pytest.raises(UsageError, match="has 0 good runs, and learning takes 3"):
        learn(tmp_path / "none.jsonl", tmp_path / "learned.yaml", 0.5)
    history.add(night(4, "there", agent__cpu__rest=0.5))
    with pytest.raises(UsageError, match="has runs of here, there: name one with --cluster"):
        learn(history.file, tmp_path / "learned.yaml", 0.5)
    assert learn(history.file, tmp_path / "learned.yaml", 0.5, "here")
    with pytest.raises(UsageError, match="is there already"):
        learn(history.file, tmp_path / "learned.yaml", 0.5, "here")


def test_the_command_learns_and_refuses(tmp_path, history, capsys):
    arguments = ["budget-learn", "--history", str(history.file)]
    output = ["--output", str(tmp_path / "learned.yaml")]
    assert main([*arguments, *output, "--headroom", "30"]) == 0
    assert "30% headroom" in (tmp_path / "learned.yaml").read_text()
    assert main([*arguments, *output]) == 4
    assert "is there already" in capsys.readouterr().err
