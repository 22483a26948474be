"""The core profile needs nothing from outside: neither by its tags nor by what its steps say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytest_bdd.feature import get_feature

from catalog.needs import OFFLINE, Need
from simulation import population

ROOT = Path(__file__).parents[1]
FEATURES = sorted((ROOT / "features").glob("*.feature"))
PUBLIC = re.compile(r"https?://|\b[\w-]+\.(com|org|io|net|dev)\b", re.I)


def core():
    found = []
    for path in FEATURES:
        feature = get_feature(str(path.parent), path.name)
        for template in feature.scenarios.values():
            tags = {*feature.tags, *template.tags}
            if "core" in tags and "extended" not in template.tags:
                found.append(pytest.param(tags, template, id=f"{path.stem}: {template.name}"))
    return found


def test_the_profile_is_no_empty_word():
    assert len(core()) >= 50


@pytest.mark.parametrize("tags, template", core())
def test_a_core_scenario_needs_no_internet(tags, template):
    assert Need.INTERNET.tag not in tags
    said = " ".join(step.name for step in template.steps)
    assert not PUBLIC.search(said)


def test_a_cluster_can_be_without_the_internet():
    assert OFFLINE == (Need.INTERNET,)
    names = {name for host in population.outside() for name in host.names}
    offline = {name for host in population.outside(internet=False) for name in host.names}
    assert {"www.google.com", "www.gstatic.com", "example.org"} <= names - offline
    assert "echo.example.com" in offline
