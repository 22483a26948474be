"""budgets.yaml and the files that overlay it: what is read, and how a mistake is told."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.budget_keys import KEYS
from kit.budgets import budgets, read
from kit.series import Series, nearest_rank, series
from selftest.refusals import refusal


@pytest.fixture
def file(tmp_path):
    def write(text: str):
        path = tmp_path / "mine.yaml"
        path.write_text(text)
        return path

    return write


def test_the_shipped_file_has_every_key_and_says_where_each_comes_from():
    shipped = budgets()
    assert set(shipped.limits) == set(KEYS)
    assert all(len(limit.because.split()) >= 6 for limit in shipped.limits.values())
    assert shipped.limit("ebpf.maps").amount == 85_000_000
    assert shipped.limit("agent.cpu.heavy").amount == pytest.approx(0.1)
    assert shipped.limit("agent.memory_of_limit").amount == pytest.approx(0.6)
    assert shipped.limit("agent.memory.rest").place.startswith("budgets.yaml:")


def test_limits_grow_with_the_traffic():
    shipped = budgets()
    for cost in ("agent.cpu", "agent.memory", "pipeline.cpu", "pipeline.memory", "node.cpu"):
        amounts = [
            shipped.limit(f"{cost}.{p}").amount for p in ("baseline", "rest", "light", "heavy")
        ]
        assert amounts == sorted(amounts)


def test_a_file_of_ones_own_overlays_the_shipped_one(file):
    own = budgets(file("agent:\n  cpu: {heavy: 0.5 cores, because: our own nodes are old}\n"))
    assert own.limit("agent.cpu.heavy").amount == 0.5
    assert own.limit("agent.cpu.heavy").because == "our own nodes are old"
    assert own.limit("agent.cpu.rest") == budgets().limit("agent.cpu.rest")


CPU = "agent:\n  cpu:\n    because: we measured\n    "


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "mine.yaml is empty"),
        ("- a\n", "mine.yaml:1: budgets are a mapping of groups"),
        ("agent: [\n", "mine.yaml:2: this is not YAML: "),
        ("agent:\n  cpu: {a: b: c}\n", "mine.yaml:2: this is not YAML: "),
        ("agnet: {}\n", "mine.yaml:1: unknown key 'agnet'; the nearest known word is 'agent'"),
        (
            "agent:\n  cpus: {}\n",
            "mine.yaml:2: unknown key 'agent.cpus'; the nearest known word is 'agent.cpu'",
        ),
        (
            CPU + "heavvy: 5 cores\n",
            "mine.yaml:4: unknown key 'agent.cpu.heavvy'; the nearest known word is 'heavy'",
        ),
        ("agent: 5\n", "mine.yaml:1: agent is a mapping of costs"),
        (CPU + "heavy: 5\n", "mine.yaml:4: agent.cpu.heavy takes cores or millicores, such as 60"),
        (CPU + "heavy: 5 MiB\n", "agent.cpu.heavy takes cores or millicores"),
        (CPU + "heavy: 100m\n", "mine.yaml:4: agent.cpu.heavy: 'm' in '100m' is not a known unit"),
        (CPU + "heavy: -5 cores\n", "mine.yaml:4: agent.cpu.heavy is -5 cores: a budget is above"),
        (CPU + "heavy: 0 cores\n", "a budget is above zero"),
        (CPU + "heavy: [5 cores]\n", "mine.yaml:4: expected one value here"),
        (CPU + "heavy: 5 cores\n    heavy: 6 cores\n", ":5: 'heavy' is there already in line 4"),
        ("agent:\n  cpu: {heavy: 5 cores}\n", "mine.yaml:2: agent.cpu does not say where it comes"),
        (
            "agent:\n  cpu: {heavy: 5 cores, because: ' '}\n",
            "mine.yaml:2: agent.cpu does not say where it comes from: add because",
        ),
        ("acknowledged: 5\n", "mine.yaml:1: acknowledged is a list of rises"),
        (
            "acknowledged:\n- {rise: agent.cpu.heavy, until: 2027-01-31}\n",
            "mine.yaml:2: an acknowledged rise lacks 'because'",
        ),
        (
            "acknowledged:\n- {rise: agent.cpu.heavy, because: known}\n",
            "mine.yaml:2: an acknowledged rise lacks 'until'",
        ),
        (
            "acknowledged:\n- {rise: agent.cpu.heavy, until: soon, because: known}\n",
            "mine.yaml:2: 'soon' is no date, such as 2027-01-31",
        ),
        (
            "acknowledged:\n- {rise: agent.cpu, until: 2027-01-31, because: known}\n",
            "mine.yaml:2: no cost is called 'agent.cpu'; the nearest known word is",
        ),
        (
            "acknowledged:\n- {rise: agent.cpu.rest, until: 2027-01-31, because: x, up: 5}\n",
            "mine.yaml:2: unknown key 'up'",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(file, text, says):
    told = refusal(budgets, file(text))
    assert says in told
    assert "\n" not in told


def test_a_file_that_is_not_there_is_told_so(tmp_path):
    assert "none.yaml cannot be read: No such file" in refusal(budgets, tmp_path / "none.yaml")


def test_an_acknowledged_rise_has_its_reason_and_its_date(file):
    text = "acknowledged:\n- {rise: agent.cpu.heavy, until: 2027-01-31, because: known}\n"
    (rise,) = read(file(text)).acknowledged
    assert (rise.key, rise.until, rise.because) == ("agent.cpu.heavy", date(2027, 1, 31), "known")


def test_a_percentile_is_one_of_the_values():
    values = [5.0, 1.0, 3.0, 2.0, 4.0]
    assert nearest_rank(values, 95) == 5.0
    assert nearest_rank(values, 80) == 4.0
    assert nearest_rank(values, 50) == 3.0
    assert nearest_rank(values, 1) == 1.0
    assert "no values" in refusal(lambda v: nearest_rank(v, 95), [])
    assert "no percentile" in refusal(lambda p: nearest_rank(values, p), 0)


def test_a_series_survives_as_plain_data():
    one = Series("agent.cpu", "cores", (0.01, 0.02), (10.0, 25.0), {"pod": "a", "phase": "rest"})
    assert series(one.told()) == one
    assert "1 values at 2 moments" in refusal(lambda v: Series("x", "cores", v, (1.0, 2.0)), (1.0,))
