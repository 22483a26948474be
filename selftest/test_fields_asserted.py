"""Every field of the catalog is asserted by some scenario, or listed with the reason why not."""

from __future__ import annotations

import re
from pathlib import Path

from catalog.fields import BY_KEY, BY_PHRASE
from catalog.unasserted import UNASSERTED

FEATURES = Path(__file__).parents[1] / "features"
ROW = re.compile(r"^\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*$", re.MULTILINE)


def asserted() -> set[str]:
    """Fields with a cell that asks for more than absence, in any table of any feature file."""
    rows = [row for file in FEATURES.glob("*.feature") for row in ROW.findall(file.read_text())]
    named = {name for name, cell in rows if cell not in ("absent", "empty")}
    return {BY_PHRASE[name].key for name in named if name in BY_PHRASE}


def test_every_field_is_asserted_or_excused():
    found = asserted()
    assert len(found) > 40
    assert {*BY_KEY} - found == {*UNASSERTED}


def test_every_excuse_is_a_sentence():
    assert all(len(reason.split()) > 5 for reason in UNASSERTED.values())
