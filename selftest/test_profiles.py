"""A profile in one word: what was not proved is neither hidden nor held against the cluster."""

from __future__ import annotations

import pytest

from fixtures.gathering import exit_code
from fixtures.options import requirements
from kit.profiles import flow_schema, profile, verdict
from kit.results import Ending, Result, Run

P, F = Ending.PASSED, Ending.FAILED
S, Q = Ending.SKIPPED, Ending.INCONCLUSIVE


def results(*endings: Ending) -> list[Result]:
    made = [Result(f"f::{n}", f"Title {n}", "F", "f.feature", n) for n in range(len(endings))]
    for result, ending in zip(made, endings, strict=True):
        result.ending, result.reason = ending, f"because of {ending.value}"
    return made


@pytest.mark.parametrize(
    "endings, word",
    [
        ([P, P], "success"),
        ([P, S], "partial"),
        ([P, Q], "partial"),
        ([P, F, S], "failure"),
        ([S, Q], "nothing was proved"),
        ([], "nothing was proved"),
    ],
)
def test_one_word_for_a_profile(endings, word):
    assert profile(results(*endings))["result"] == word


def test_who_has_not_passed_is_named_with_the_reason():
    told = profile(results(P, S, Q, F))
    assert told["skippedScenarios"] == [{"scenario": "Title 1", "reason": "because of skipped"}]
    assert told["inconclusiveScenarios"][0]["reason"] == "because of inconclusive"
    assert told["failedScenarios"][0]["scenario"] == "Title 3"
    assert "passedScenarios" not in told


def schema(*seen: str, **wrong: str) -> dict[str, object]:
    return {"records": 5, "seen": list(seen), "wrong": wrong}


def test_what_several_processes_have_seen_is_one_schema():
    run = Run(schema=[schema("Bytes", "Proto"), schema("Bytes", "DnsId", Etype="{}")])
    told = flow_schema(run)
    assert told["recordsChecked"] == 10
    assert told["violations"] == ["Etype"]
    assert {"Bytes", "Proto", "DnsId"}.isdisjoint(told["neverSeen"])
    assert "QuicVersion" in told["neverSeen"]


def test_a_record_that_does_not_fit_is_a_broken_promise():
    run = Run({result.nodeid: result for result in results(P)}, schema=[schema(Etype="{}")])
    assert verdict(run, complete=True) == "not conformant"


def test_such_a_record_fails_the_run_whoever_read_it():
    good = {result.nodeid: result for result in results(P)}
    assert exit_code(Run(good, schema=[schema(Etype="{}")]), 0, others_failed=False) == 1
    assert exit_code(Run(good, schema=[schema()]), 0, others_failed=False) == 0


def test_a_run_that_has_skipped_everything_is_no_success():
    skipped = Run({result.nodeid: result for result in results(S, S)})
    assert exit_code(skipped, 0, others_failed=False) == 10
    assert exit_code(Run(skipped.results, left_overs=["a pod"]), 0, others_failed=False) == 10
    some = Run({result.nodeid: result for result in results(S, P)})
    assert exit_code(some, 0, others_failed=False) == 0
    assert exit_code(Run(), 0, others_failed=False) == 0


def test_claiming_a_profile_requires_its_scenarios():
    assert {"core", "extended"} <= {*requirements()}
    assert requirements()["core"] == "core"
