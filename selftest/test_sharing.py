"""The configuration in force, shared by workers: many readers, or one that changes it."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

import pytest

from fixtures.sharing import PATIENCE, Shared, State
from kit.configuration import Configuration
from kit.verdict import Inconclusive
from kit.wait import Waiting
from selftest.fake_time import FakeTime, fake_time

__all__ = ["fake_time"]

RTT, DNS = Configuration(("FlowRTT",)), Configuration(("DNSTracking",))


def worker(folder: Path, name: str, speed: float = 1.0) -> Shared:
    return Shared(folder, Waiting(speed), name)


class Changes(list):
    """Remembers who changed to what."""

    def __call__(self, state: State) -> None:
        state.rollouts += 1
        self.append(dict(state.readers))


@pytest.fixture
def changes() -> Changes:
    return Changes()


def test_the_first_to_come_changes_and_others_join(tmp_path: Path, changes: Changes):
    one, two = worker(tmp_path, "one"), worker(tmp_path, "two")
    one.enter(RTT, changes)
    two.enter(RTT, changes)
    assert len(changes) == 1
    assert one.read() == State(RTT.said(), {"one": 1, "two": 1}, 1, granted=RTT.said())


def test_nothing_changes_while_anybody_reads(tmp_path: Path, changes: Changes, fake_time: FakeTime):
    one, two = worker(tmp_path, "one"), worker(tmp_path, "two", speed=60)
    one.enter(RTT, changes)
    with pytest.raises(Inconclusive, match="other workers did not leave their configuration"):
        two.enter(DNS, changes)
    assert len(changes) == 1
    assert one.read().in_force == RTT.said()
    assert fake_time.passed == pytest.approx(PATIENCE / 60, abs=0.1)


def test_whoever_waits_comes_in_when_the_last_reader_leaves(
    tmp_path: Path, changes: Changes, monkeypatch: pytest.MonkeyPatch
):
    one, two, three = (worker(tmp_path, name) for name in ("one", "two", "three"))
    one.enter(RTT, changes)
    two.enter(RTT, changes)
    leaving = iter([one.leave, two.leave])
    monkeypatch.setattr(three.waiting, "sleep_real", lambda _seconds: next(leaving)())
    three.enter(DNS, changes)
    assert next(leaving, None) is None
    assert changes[-1] == {}
    state = three.read()
    assert (state.in_force, state.rollouts, state.readers["three"]) == (DNS.said(), 2, 1)


def test_a_configuration_that_stays_is_not_changed_again(tmp_path: Path, changes: Changes):
    one = worker(tmp_path, "one")
    for _scenario in range(3):
        one.enter(RTT, changes)
        one.leave()
    assert len(changes) == 1
    assert one.read().readers == {"one": 0}


def test_a_change_that_fails_leaves_nothing_in_force_for_the_next_to_change(
    tmp_path: Path, changes: Changes
):
    one, two = worker(tmp_path, "one"), worker(tmp_path, "two")
    one.enter(DNS, changes)
    one.leave()

    def fails(_state: State) -> None:
        raise Inconclusive("the agents never came")

    with pytest.raises(Inconclusive, match="never came"):
        one.enter(RTT, fails)
    assert one.read() == State("", {}, 1, {RTT.said(): "the agents never came"})
    with pytest.raises(Inconclusive, match="never came"):
        two.enter(RTT, changes)  # at once: it would fail again
    two.enter(DNS, changes)
    assert len(changes) == 2, "what was in force before the failure is not believed"


def test_who_stands_by_keeps_others_from_changing_anything(
    tmp_path: Path, changes: Changes, fake_time: FakeTime
):
    one, two = worker(tmp_path, "one"), worker(tmp_path, "two", speed=60)
    one.stand_by()
    assert one.read().in_force == ""
    with pytest.raises(Inconclusive, match="other workers did not leave"):
        two.enter(DNS, changes)
    one.leave()
    two.enter(DNS, changes)
    assert len(changes) == 1


def test_what_another_workers_next_scenario_expects_stays(
    tmp_path: Path, changes: Changes, fake_time: FakeTime
):
    one, two = worker(tmp_path, "one"), worker(tmp_path, "two", speed=60)
    one.enter(RTT, changes, "round-trip times, as planned")
    one.expect("round-trip times, as planned")
    one.leave()
    with pytest.raises(Inconclusive, match="other workers did not leave"):
        two.enter(DNS, changes)
    one.expect(DNS.said())
    two.enter(DNS, changes)
    assert len(changes) == 2, "what is expected and not in force holds nobody up"


def test_nobody_is_held_up_by_what_it_expects_itself_or_the_dead_did(
    tmp_path: Path, changes: Changes
):
    one, dead = worker(tmp_path, "one"), worker(tmp_path, "999999999")
    one.enter(RTT, changes)
    one.leave()
    one.expect(RTT.said())
    dead.expect(RTT.said())
    one.enter(DNS, changes)
    assert len(changes) == 2
    one.expect("")
    assert worker(tmp_path, "two").expected() == set()


def test_leaving_twice_owes_nobody_anything(tmp_path: Path, changes: Changes):
    one, two = worker(tmp_path, "one"), worker(tmp_path, "two")
    one.enter(RTT, changes)
    two.enter(RTT, changes)
    one.leave()
    one.leave()
    assert one.read().readers == {"one": 0, "two": 1}


def test_one_worker_may_read_twice(tmp_path: Path, changes: Changes):
    one = worker(tmp_path, "one")
    one.enter(RTT, changes)
    one.enter(RTT, changes)
    one.leave()
    assert one.read().readers == {"one": 1}


def test_before_anybody_came_nothing_is_in_force(tmp_path: Path):
    assert worker(tmp_path, "one").read() == State()


def test_workers_at_once_never_hold_two_configurations(tmp_path: Path):
    wrong, held = [], {"names": set()}
    guard = threading.Lock()

    def scenarios(name: str, wanted: Configuration) -> None:
        one = worker(tmp_path, name, speed=60)
        for _scenario in range(3):
            one.enter(wanted, lambda state: wrong.extend(n for n in state.readers.values() if n))
            with guard:
                held["names"].add((name, wanted))
                wrong.extend({config for _name, config in held["names"]} - {wanted})
            with guard:
                held["names"].remove((name, wanted))
            one.leave()

    wishes = [("a", RTT), ("b", DNS), ("c", RTT), ("d", DNS)]
    threads = [threading.Thread(target=scenarios, args=wish) for wish in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []
    state = json.loads((tmp_path / "configuration.json").read_text())
    assert sum(state["readers"].values()) == 0


def test_a_killed_worker_holds_nothing(tmp_path: Path, changes: Changes):
    gone = subprocess.Popen(["true"])
    gone.wait()
    killed, other = worker(tmp_path, str(gone.pid)), worker(tmp_path, "other")
    killed.enter(RTT, changes)
    other.enter(DNS, changes)
    assert other.read().readers == {"other": 1}
