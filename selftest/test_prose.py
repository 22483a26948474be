"""The house rules about words and lengths that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from pytest_bdd.feature import get_feature
from pytest_bdd.parser import ScenarioTemplate

from fixtures.gherkin_check import definitions, rendered

ROOT = Path(__file__).parents[1]
FEATURES = sorted((ROOT / "features").rglob("*.feature"))
FOLDERS = ("catalog", "kit", "steps", "fixtures", "simulation", "selftest", "ci", "manifests")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
TEXTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "manifests/**/*.yaml", "Makefile", "ci/*", ".ci/*")
    for path in ROOT.glob(pattern)
    if path.is_file()
)
WEAK = re.compile(r"\b(should|verif\w*|test\w*|check\w*|correct\w*|proper\w*|ensure\w*)\b", re.I)
MACHINE = re.compile(r"(?<![\w.$}~-])/(work|home|Users)/\w+")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")


def named(paths: list[Path]) -> list:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def scenarios() -> list:
    found = [
        (path, template)
        for path in FEATURES
        for template in get_feature(str(path.parent), path.name).scenarios.values()
    ]
    return [pytest.param(one, id=f"{path.stem}: {one.name}") for path, one in found]


def own_steps(template: ScenarioTemplate) -> list:
    return template.steps[len(template.all_background_steps) :]


@pytest.mark.parametrize("path", named(FEATURES))
def test_a_feature_file_is_short_and_says_what_it_promises(path):
    feature = get_feature(str(path.parent), path.name)
    assert len(path.read_text().splitlines()) <= 120
    assert len(feature.description.split()) >= 8, "one or two lines of prose under the title"
    assert not WEAK.search(feature.name)


@pytest.mark.parametrize("template", scenarios())
def test_a_title_is_a_true_sentence(template):
    words = template.name.split()
    assert 4 <= len(words) <= 10, f"{len(words)} words"
    assert not WEAK.search(template.name)
    assert template.name[0].isupper() or template.name[0] == "<"
    assert not template.name.endswith(".")


@pytest.mark.parametrize("template", scenarios())
def test_a_scenario_is_one_act_and_its_observations(template):
    steps = own_steps(template)
    acts = [step for step in template.steps if step.keyword.strip() == "When"]
    assert len(acts) <= 1
    assert len(steps) <= 7, f"{len(steps)} lines"
    kinds = [("given", "when", "then").index(step.type) for step in steps]
    assert kinds == sorted(kinds), "Given, then When, then Then"


def phrases(session: pytest.Session) -> list:
    ours = definitions(session)
    return [one for one in ours if one.step_func.__module__.startswith("steps.")]


def test_the_phrasebook_is_complete(request):
    text = (ROOT / "CONTRIBUTING.md").read_text()
    book = set(re.findall(r"^\| `(.+)` \| (?:Given|When|Then)", text, re.M))
    assert book == {one.parser.name for one in phrases(request.session)}


def test_every_phrase_is_used(request):
    lines = {
        (step.type, step.name)
        for path in FEATURES
        for step in rendered(get_feature(str(path.parent), path.name))
    }
    unused = [
        one.parser.name
        for one in phrases(request.session)
        if not any(
            one.type in (None, kind) and one.parser.is_matching(name) for kind, name in lines
        )
    ]
    assert not unused


@pytest.mark.parametrize("path", named(MODULES))
def test_a_module_is_small_and_says_what_lives_in_it(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 250
    assert not text.strip() or ast.get_docstring(tree), "no module docstring"
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > 40
    ]
    assert not long


@pytest.mark.parametrize("path", named([*MODULES, *FEATURES, *TEXTS]))
def test_a_file_names_no_machine_and_promises_nothing(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if MACHINE.search(line)]
    if path != Path(__file__):
        assert not [line for line in lines if UNFINISHED.search(line)]


def test_the_root_conftest_is_a_list():
    assert len((ROOT / "conftest.py").read_text().splitlines()) < 30
    others = {path.parent.name: path for path in ROOT.glob("*/conftest.py")}
    own = others.pop("selftest")
    assert not others.keys() - {".venv"}
    assert "fixture" not in own.read_text()
