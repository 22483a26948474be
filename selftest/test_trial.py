"""The trial itself: each pair of fault and scenario gets a run, nothing wrong is overlooked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.fault import EVERYTHING, LEFT_OVERS, Fault
from selftest.trial.hearing import split
from selftest.trial.judgement import judge, sum_of, together
from selftest.trial.page import html, markdown
from selftest.trial.plan import (
    READS_WHAT_OTHERS_LEFT,
    Grounds,
    Session,
    along,
    sample,
    sessions,
)
from selftest.trial.runs import Outcome

FILES = {
    "Names resolve": "dns.feature",
    "Names fail": "dns.feature",
    "Ports close": "drops.feature",
    "Walls hold": "walls.feature",
    "Records fit": READS_WHAT_OTHERS_LEFT,
}
HONEST = Outcome(endings=dict.fromkeys(FILES, "passed"), files=FILES)
DNS = Fault("dns", "names lie", ("Names resolve",))
PORT = Fault("port", "ports lie", ("drops.feature",))
WALL = Fault("wall", "walls lie", ("Walls hold", "Records fit"))
ALL = Fault("all", "everything lies", (EVERYTHING,))
FAULTS = [DNS, PORT, WALL, ALL]


def outcome(*red: str) -> Outcome:
    endings = {title: "failed" if title in red else "passed" for title in FILES}
    return Outcome(endings=endings, files=FILES)


def test_every_fault_meets_every_scenario() -> None:
    planned = sessions([DNS, PORT, WALL], Grounds.of(FAULTS, HONEST))
    met = {
        (fault, title)
        for session in planned
        for fault in session.faults
        for title, file in FILES.items()
        if not session.files or file in session.files
    }
    assert met == {(fault.name, title) for fault in (DNS, PORT, WALL) for title in FILES}


def test_faults_at_home_in_the_same_file_never_share_a_run_of_it() -> None:
    twin = Fault("twin", "names lie otherwise", ("Names fail",))
    grounds = Grounds.of([DNS, twin], HONEST)
    for session in sessions([DNS, twin], grounds):
        at_home = [name for name in session.faults if grounds.home(name) & {*session.files}]
        assert len(at_home) < 2


def test_a_fault_of_everything_is_alone_on_a_few_files_that_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("selftest.trial.plan.FEW", 1)
    grounds = Grounds.of(FAULTS, HONEST)
    chosen = {sessions([ALL], grounds, str(salt))[0].files for salt in range(20)}
    assert all(grounds.home("all") & {*files} for files in chosen)
    assert len(chosen) > 1
    assert all(len(files) <= 3 for files in chosen)


@pytest.mark.parametrize("files", [(), ("dns.feature",)])
def test_what_is_seen_at_the_end_has_a_run_to_itself(files: tuple[str, ...]) -> None:
    left = Fault("left", "something stays", (LEFT_OVERS,), shown_in=files)
    assert sessions([left], Grounds.of([left], HONEST)) == [Session(("left",), files)]


def test_a_sample_has_all_homes_and_one_run_of_strangers() -> None:
    grounds = Grounds.of(FAULTS, HONEST)
    planned = sessions([DNS, PORT], grounds)
    chosen = [sample(planned, grounds, str(salt)) for salt in range(9)]
    homes = [Session((fault.name,), along({*grounds.home(fault.name)})) for fault in (DNS, PORT)]
    both = Session((DNS.name, PORT.name), along({"dns.feature", "drops.feature"}))
    assert all(both in few or all(home in few for home in homes) for few in chosen)
    assert all(len(few) < len(planned) for few in chosen)
    assert len({tuple(few) for few in chosen}) > 1


def test_together_they_are_right_only_if_exactly_the_named_are_red() -> None:
    found = together([DNS, WALL], outcome("Names resolve", "Walls hold", "Records fit"))
    assert found is not None
    assert [(each.fault, each.caught) for each in found] == [
        ("dns", ("Names resolve",)),
        ("wall", ("Records fit", "Walls hold")),
    ]


@pytest.mark.parametrize("red", [("Names resolve",), (*FILES,), ()])
def test_anything_else_needs_a_closer_look(red: tuple[str, ...]) -> None:
    assert together([DNS, WALL], outcome(*red)) is None


def test_a_survivor_and_a_stranger_are_told_by_name() -> None:
    survived = judge(DNS, outcome("Ports close"))
    assert not survived.right
    assert "survived" in survived.told()
    assert "also red: Ports close" in survived.told()


def test_one_wrong_run_among_right_ones_makes_a_fault_wrong() -> None:
    right, wrong = judge(DNS, outcome("Names resolve")), judge(DNS, outcome("Walls hold"))
    both = sum_of("dns", [right, wrong])
    assert not both.right
    assert both.strangers == ("Walls hold",)


def test_a_fault_that_no_run_has_heard_is_not_right() -> None:
    assert not sum_of("dns", []).right


def test_what_is_known_to_be_wrong_needs_no_further_run() -> None:
    heard = judge(DNS, outcome("Names resolve"))
    assert not replace(heard, complete=False).wrong
    assert "more minutes" in replace(heard, complete=False).told()
    assert replace(judge(DNS, outcome("Walls hold")), complete=False).wrong
    assert not replace(judge(ALL, outcome()), missed=(), complete=False).wrong


def test_an_ended_run_is_trouble_and_no_catch() -> None:
    assert together([DNS], Outcome(trouble="exit 3")) is None
    assert judge(DNS, Outcome(trouble="exit 3")).told() == "exit 3"


def test_the_pages_name_what_nobody_put_to_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selftest.trial.page.FAULTS_BY_NAME", {"dns": DNS})
    judged = [judge(DNS, outcome("Names resolve"))]
    assert "- Ports close" in markdown(judged, HONEST)
    page = html(judged, HONEST)
    assert "<li>Ports close</li>" in page
    assert "://" not in page


def test_who_is_at_home_where_the_surprise_was_goes_on_alone() -> None:
    homes = {"dns": frozenset({"dns.feature"}), "port": frozenset({"drops.feature"})}
    homes["wall"] = frozenset({"walls.feature"})
    parts = split(Session(("dns", "port", "wall"), tuple(sorted(FILES))), {"drops.feature"}, homes)
    assert [part.faults for part in parts] == [("port",), ("dns", "wall")]
    assert set(parts[0].files) == {"drops.feature", READS_WHAT_OTHERS_LEFT}
    assert set(parts[1].files) == {"dns.feature", "walls.feature", READS_WHAT_OTHERS_LEFT}


def test_a_surprise_where_nobody_is_at_home_is_halved() -> None:
    homes = {"dns": frozenset({"dns.feature"}), "port": frozenset({"drops.feature"})}
    parts = split(Session(("dns", "port"), ("walls.feature",)), {"walls.feature"}, homes)
    assert [part.faults for part in parts] == [("dns",), ("port",)]
    assert {part.files for part in parts} == {("walls.feature",)}
