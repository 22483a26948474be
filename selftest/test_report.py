"""The conformance report, JUnit and Allure's side files, from results made by hand."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
import yaml

from kit import allure_files, junit, profiles, report
from kit.files import write_whole
from kit.results import Ending, Result, Run, latencies


def result(number: int, ending: Ending, *seen: float, **more) -> Result:
    made = Result(f"f::{number}", f"Title {number}", "DNS tracking", "features/f.feature", number)
    made.ending, made.latencies = ending, list(seen)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def run_of(*results: Result) -> Run:
    return Run({one.nodeid: one for one in results})


def frame(**more) -> report.Frame:
    facts = {
        "started": "2026-01-01T00:00:00+00:00",
        "seconds": 12.34,
        "command": "python -m pytest",
        "suite": {},
        "options": {},
        "exit_code": 0,
        "complete": True,
    }
    return report.Frame(**{**facts, **more})


def test_the_graver_ending_stays():
    one = result(1, Ending.PASSED)
    one.worsen(Ending.INCONCLUSIVE, "Loki is down")
    one.worsen(Ending.FAILED, "broken")
    one.worsen(Ending.SKIPPED, "late")
    assert (one.ending, one.reason) == (Ending.FAILED, "broken")


@pytest.mark.parametrize(
    "endings, complete, verdict",
    [
        ([Ending.PASSED, Ending.SKIPPED], True, "conformant"),
        ([Ending.PASSED], False, "inconclusive"),
        ([Ending.PASSED, Ending.INCONCLUSIVE], True, "inconclusive"),
        ([Ending.INCONCLUSIVE, Ending.FAILED], False, "not conformant"),
        ([Ending.SKIPPED], True, "nothing was proved"),
        ([], True, "nothing was proved"),
    ],
)
def test_the_verdict_of_a_run(endings, complete, verdict):
    run = run_of(*(result(number, ending) for number, ending in enumerate(endings)))
    assert profiles.verdict(run, complete) == verdict


def test_latencies_are_ranked_over_all_scenarios():
    results = [result(1, Ending.PASSED, 1.0, 9.0), result(2, Ending.PASSED, 2.0, 3.0)]
    assert latencies(results) == {"p50": 2.0, "p95": 9.0, "max": 9.0, "samples": 4}
    assert latencies([result(1, Ending.PASSED)]) is None


def test_both_files_say_the_same_and_no_secret(tmp_path):
    run = run_of(
        result(1, Ending.PASSED, 1.5, tags=("core",)),
        result(2, Ending.FAILED, reason='Bearer abcdefghi said "no"'),
    )
    run.learn({"needs": {"LOKI": {"met": True, "how": "it answered"}}})
    report.write(tmp_path, report.document(run, frame()))
    told = json.loads((tmp_path / "conformance.json").read_text())
    assert yaml.safe_load((tmp_path / "conformance.yaml").read_text()) == told
    assert told["needs"][0]["says"] == "a Loki that stores flows and answers queries"
    assert told["profiles"]["core"]["statistics"]["passed"] == 1
    assert told["run"]["reproduce"] == "python -m pytest"
    feature = told["features"][0]
    assert feature["statistics"] == {"passed": 1, "failed": 1, "skipped": 0, "inconclusive": 0}
    assert feature["detectionLatencySeconds"]["max"] == 1.5
    assert feature["scenarios"][1]["reason"] == 'Bearer <redacted> said "no"'


def test_junit_tells_a_doubt_from_a_failure(tmp_path):
    run = run_of(
        result(1, Ending.PASSED, 0.5),
        result(2, Ending.FAILED, reason="closest is \x1b[31m7"),
        result(3, Ending.INCONCLUSIVE, reason="Loki is down"),
        result(4, Ending.SKIPPED, reason="no feature gate"),
    )
    junit.write(tmp_path / "deep" / "junit.xml", run, 3.0)
    root = ElementTree.parse(tmp_path / "deep" / "junit.xml").getroot()
    counts = {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert cases["Title 3"].find("error").get("message") == "Loki is down"
    assert cases["Title 1"].find("properties/property").get("value") == "0.5 s"


def test_properties_survive_java(tmp_path):
    allure_files.write(tmp_path, {"loki_url": "http://a:1", "two lines": "a\nb\\c"}, "Nightly")
    lines = (tmp_path / "environment.properties").read_text().splitlines()
    assert lines == ["loki\\ url=http://a:1", "two\\ lines=a\\nb\\\\c"]
    assert json.loads((tmp_path / "executor.json").read_text())["reportName"] == "Nightly"
    assert json.loads((tmp_path / "categories.json").read_text())[-1]["matchedStatuses"]


def test_a_file_is_whole_or_absent(tmp_path, monkeypatch):
    write_whole(tmp_path / "a", "old")

    def full(*_args):
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space"):
        write_whole(tmp_path / "a", "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a", "old")]
