"""The trial itself: each pair of fault and scenario gets a run, nothing wrong is overlooked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.fault import EVERYTHING, LEFT_OVERS, Fault
from selftest.trial.hearing import closer
from selftest.trial.judgement import READS_WHAT_OTHERS_LEFT, heard, judge, puzzling, sum_of
from selftest.trial.page import html, markdown
from selftest.trial.plan import (
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


def test_runs_that_would_be_long_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    grounds = Grounds.of(FAULTS, HONEST)
    homes = {grounds.home(name) for name in ("dns", "port", "wall")}
    together, *_ = sessions([DNS, PORT, WALL], grounds)
    assert {*together.files} == set().union(*homes)
    monkeypatch.setattr("selftest.trial.plan.LONG", 4.0)
    apart = sessions([DNS, PORT, WALL], grounds)
    assert {along({*home}) for home in homes} <= {session.files for session in apart}


def test_a_sample_has_all_homes_and_one_run_of_strangers() -> None:
    grounds = Grounds.of(FAULTS, HONEST)
    planned = sessions([DNS, PORT], grounds)
    chosen = [sample(planned, grounds, str(salt)) for salt in range(9)]
    homes = [Session((fault.name,), along({*grounds.home(fault.name)})) for fault in (DNS, PORT)]
    both = Session((DNS.name, PORT.name), along({"dns.feature", "drops.feature"}))
    assert all(both in few or all(home in few for home in homes) for few in chosen)
    assert all(len(few) < len(planned) for few in chosen)
    assert len({tuple(few) for few in chosen}) > 1


def test_together_they_are_right_if_exactly_the_named_are_red() -> None:
    ran = outcome("Names resolve", "Walls hold", "Records fit")
    assert puzzling([DNS, WALL], ran) == set()
    assert [(each.fault, each.caught) for each in heard([DNS, WALL], ran, set())] == [
        ("dns", ("Names resolve",)),
        ("wall", ("Records fit", "Walls hold")),
    ]


@pytest.mark.parametrize(
    "red, unclear",
    [
        (("Names resolve",), {"walls.feature", READS_WHAT_OTHERS_LEFT}),
        ((*FILES,), {"dns.feature", "drops.feature"}),
        ((), {"dns.feature", "walls.feature", READS_WHAT_OTHERS_LEFT}),
        (("Walls hold", "Records fit", "Names resolve", "Ports close"), {"drops.feature"}),
    ],
)
def test_files_with_anything_else_are_unclear(red: tuple[str, ...], unclear: set[str]) -> None:
    assert puzzling([DNS, WALL], outcome(*red)) == unclear


def test_what_is_unclear_is_not_heard() -> None:
    found = heard([DNS, WALL], outcome("Names resolve", "Walls hold"), {"walls.feature"})
    assert [(each.fault, each.caught) for each in found] == [
        ("dns", ("Names resolve",)),
        ("wall", ()),
    ]


def test_who_reads_what_others_leave_can_notice_only_what_they_show() -> None:
    quiet = outcome()
    files = {title: file for title, file in FILES.items() if file != "walls.feature"}
    elsewhere = Outcome(endings=dict.fromkeys(files, "passed"), files=files)
    assert judge(WALL, quiet).missed == ("Records fit", "Walls hold")
    assert puzzling([WALL], elsewhere) == set()
    noticed = Outcome(endings=files | {"Records fit": "failed"}, files=files)
    assert "Records fit" not in judge(WALL, noticed).strangers
    shown = replace(WALL, shown_in=("dns.feature",))
    assert judge(shown, elsewhere).missed == ("Records fit",)


def test_left_overs_that_nobody_named_make_the_whole_run_unclear() -> None:
    assert puzzling([DNS], replace(outcome("Names resolve"), left_overs=True)) is None


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
    assert puzzling([DNS], Outcome(trouble="exit 3")) is None
    assert judge(DNS, Outcome(trouble="exit 3")).told() == "exit 3"


def test_the_pages_name_what_nobody_put_to_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selftest.trial.page.FAULTS_BY_NAME", {"dns": DNS})
    judged = [judge(DNS, outcome("Names resolve"))]
    assert "- Ports close" in markdown(judged, HONEST)
    page = html(judged, HONEST)
    assert "<li>Ports close</li>" in page
    assert "://" not in page


HOMES = {
    "dns": frozenset({"dns.feature"}),
    "port": frozenset({"drops.feature"}),
    "wall": frozenset({"walls.feature", "dns.feature"}),
}


def test_only_what_is_unclear_is_looked_at_again() -> None:
    whole = Session(("dns", "port"), along({*FILES.values()}))
    assert closer(whole, {"drops.feature"}, HOMES) == [
        Session(("port",), along({"drops.feature"})),
        Session(("dns",), along({"drops.feature"})),
    ]


def test_a_whole_run_is_looked_at_again_home_by_home() -> None:
    whole = Session(("dns", "port", "wall"), along({"drops.feature", "walls.feature"}))
    assert closer(whole, None, HOMES) == [
        Session(("port",), along({"drops.feature"})),
        Session(("wall",), along({"walls.feature"})),
        Session(("dns",), whole.files),
    ]


def test_a_surprise_where_nobody_is_at_home_is_halved() -> None:
    session = Session(("dns", "port"), ("walls.feature",))
    homes = HOMES | {"wall": frozenset()}
    parts = closer(session, {"walls.feature"}, homes)
    assert [part.faults for part in parts] == [("dns",), ("port",)]
    assert {part.files for part in parts} == {along({"walls.feature"})}


def test_a_fault_alone_is_given_all_its_time() -> None:
    again = closer(Session(("dns",), along({*FILES.values()})), {"dns.feature"}, HOMES)
    assert again == [Session(("dns",), along({"dns.feature"}), patient=True)]
