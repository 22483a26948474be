"""A tiny suite of scenarios that runs on our plugins alone: no cluster, no simulation."""

from __future__ import annotations

import json
import os
from pathlib import Path
from textwrap import dedent

import pytest
from pytest_bdd.feature import features

pytest_plugins = ["pytester"]

QUIET = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
ROOT = Path(__file__).parents[1]
PLUGINS = (
    "options",
    "gherkin",
    "gherkin_check",
    "explain",
    "verdicts",
    "gathering",
    "terminal",
    "allure_bridge",
)

STEPS = """
import pytest
from pytest_bdd import given, when, then, parsers
from kit import evidence
from kit.errors import InfrastructureError, UsageError
from kit.verdict import Unmet

@pytest.fixture(scope="session")
def cluster():
    evidence.environment(server="https://admin:hunter2@api:6443")
    evidence.need("LOKI", True, "it answered")
    yield "cluster"

@pytest.fixture(scope="session")
def messy():
    yield
    evidence.left_over("namespace probes-7")

@pytest.fixture(scope="session")
def loki():
    raise InfrastructureError("Loki at https://u:secretpw@loki answers 503: look at its pods")

@pytest.fixture(scope="session")
def bad_kubeconfig():
    raise UsageError("context 'prod' is not in the kubeconfig; it has: dev")

@given("a cluster")
def a_cluster(cluster): pass

@given("a cluster that leaves things behind")
def a_messy_cluster(messy): pass

@given("a dead Loki")
def a_dead_loki(loki): pass

@pytest.fixture(scope="session")
def list_server():
    raise InfrastructureError("the list server does not start")

@given("a dead list server")
def a_dead_list_server(list_server): pass

@given("a wrong kubeconfig")
def a_wrong_kubeconfig(bad_kubeconfig): pass

@given("a cluster with", target_fixture="table")
def a_cluster_with(datatable):
    evidence.attach("secret.yaml", "kind: Secret\\ndata: {password: aHVudGVyMg==}", "yaml")
    return datatable

def check(arguments, datatable, docstring):
    for key, _ in datatable:
        if key != "pods":
            raise ValueError(f"unknown field {key!r}; the nearest known word is 'pods'")

a_cluster_with.__check__ = check

@given("a note")
def a_note(docstring): pass

def unit(text):
    if text != "s":
        raise ValueError(f"unknown unit {text!r}; known are s")
    return text

@when(parsers.parse("it waits {n:d} {unit:Unit}", extra_types={"Unit": unit}))
def waits(n, unit): evidence.latency(n)

@when("it waits forever")
async def waits_forever(): pass

@then("all is well")
def all_is_well(): pass

@then("the promise is broken")
def the_promise_is_broken():
    raise Unmet("closest of 3 flows has DNS id 7, expected 9", "token: abcdefgh123")

@then("nobody can say")
def nobody_can_say(): raise InfrastructureError("Loki answered 503 for 30 s")

@then("the step has a bug")
def the_step_has_a_bug(): return {}["nothing"]

@then("one is two")
def one_is_two(): assert 1 == 2

@then("it is skipped")
def it_is_skipped(): pytest.skip("no feature gate")

@then("the user presses Ctrl-C")
def ctrl_c(): raise KeyboardInterrupt
"""


class Sample:
    """Writes feature files, runs pytest on them, reads what was reported."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.build = pytester.path / "build"
        plugins = [f"fixtures.{name}" for name in PLUGINS]
        pytester.makeconftest(f"pytest_plugins = {[*plugins, 'sample_steps']!r}")
        pytester.makepyfile(sample_steps=STEPS)
        pytester.makeini("[pytest]\naddopts = --strict-markers\ntestpaths = features\n")
        pytester.syspathinsert(ROOT)
        pytester.syspathinsert(pytester.path)
        (pytester.path / "features").mkdir()

    def feature(self, text: str, name: str = "sample") -> Path:
        features.clear()  # pytest-bdd remembers what it parsed, by path
        path = self.pytester.path / "features" / f"{name}.feature"
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def scenario(self, *steps: str, title: str = "It is as it is", tags: str = "") -> None:
        lines = [tags, f"Scenario: {title}", *(f"  {step}" for step in steps)]
        body = "\n".join(f"  {line}" for line in lines if line)
        self.feature(f"Feature: Sample\n{body}\n")

    def run(self, *arguments: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess(*QUIET, *arguments)

    def run_aside(self, *arguments: str) -> pytest.RunResult:
        """In a process of its own: costs a second, needed for xdist and Ctrl-C."""
        paths = f"{ROOT}{os.pathsep}{self.pytester.path}"
        self.pytester._monkeypatch.setenv("PYTHONPATH", paths)
        return self.pytester.runpytest_subprocess(*QUIET, *arguments)

    def report(self) -> dict:
        return json.loads((self.build / "conformance.json").read_text())

    def allure(self, kind: str = "result") -> list[dict]:
        files = (self.build / "allure-results").glob(f"*-{kind}.json")
        return [json.loads(file.read_text()) for file in files]


@pytest.fixture
def sample(pytester: pytest.Pytester) -> Sample:
    return Sample(pytester)
