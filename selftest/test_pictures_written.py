"""The pictures of a run as files: a page beside the reports, and attachments of the report."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from fixtures.options import OPTIONS
from fixtures.pictures import TITLE, _draw
from kit.pictures.measured import Picture
from kit.results import Run

SVG = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'


@pytest.fixture
def gathering(tmp_path):
    run = Run(surroundings={"platform": {"state": "supported", "how": "https://a:pw@cluster"}})
    stash = {OPTIONS: SimpleNamespace(output=tmp_path, target="simulated")}
    config = SimpleNamespace(stash=stash)
    started = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    return SimpleNamespace(run=run, config=config, allure=tmp_path / "allure", started=started)


def test_a_page_and_every_picture_are_attached_to_the_report(gathering, tmp_path):
    _draw(gathering, [Picture("drawn", "says", SVG), Picture("absent", "because")])
    page = (tmp_path / "measurements.html").read_text()
    assert "because" in page
    assert "2026-01-02 03:04 UTC" in page
    (told,) = gathering.allure.glob("*-globals.json")
    attached = json.loads(told.read_text())["attachments"]
    assert [(one["name"], one["type"]) for one in attached] == [
        (TITLE, "text/html"),
        ("drawn", "image/svg+xml"),
    ]
    assert (gathering.allure / attached[0]["source"]).read_text() == page
    assert (gathering.allure / attached[1]["source"]).read_text() == SVG


def test_no_credential_reaches_the_page(gathering, tmp_path):
    _draw(gathering, [])
    assert "pw@" not in (tmp_path / "measurements.html").read_text()
