"""Network events of a flow: one item of the list must be all that a table says, at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.events import ACTION, BY_PHRASE, DIRECTION
from catalog.fields import BY_KEY
from catalog.kinds import Field
from kit.amounts import Facts
from kit.cells import MISSING, Cell, parse
from kit.nearest import nearest

EVENTS = BY_KEY["NetworkEvents"]


@dataclass(frozen=True)
class EventCell(Cell):
    """Holds for a flow with an item that meets every cell; a mere presence proves nothing."""

    items: tuple[Cell, ...] = ()

    def complaint(self, value: object, facts: Facts) -> str | None:
        if value is MISSING:
            return f"{self.field.phrase} is missing, expected one with {self.text}"
        if not self.field.kind.fits(value) or not isinstance(value, list):
            return f"{self.field.phrase} is {value!r}, which is not a {self.field.kind.value}"
        told = [self._against(item, facts) for item in value]
        if not told:
            return f"{self.field.phrase} is an empty list, expected one with {self.text}"
        least = min(told, key=len)
        return f"of {len(told)} network events the nearest: {'; '.join(least)}" if least else None

    def _against(self, item: Mapping[str, object], facts: Facts) -> list[str]:
        """Why one item does not do. Upstream writes what an event lacks as an empty text."""
        if "Message" in item:
            return [f"is not decoded ({item['Message']})", *(cell.text for cell in self.items)]
        found = {key: text for key, text in item.items() if text != ""}
        if isinstance(direction := found.get(DIRECTION.key), str):
            found[DIRECTION.key] = direction.lower()
        told = (cell.complaint(found.get(cell.field.key, MISSING), facts) for cell in self.items)
        return [complaint for complaint in told if complaint]


def an_event(table: Sequence[Sequence[str]]) -> EventCell:
    """A table of two columns, property and cell; ValueError in one sentence when it is none."""
    wrong = next((row for row in table if len(row) != 2), None)
    if wrong is not None:
        raise ValueError(f"a row has a property of an event and its cell, not {list(wrong)}")
    cells = tuple(parse(_property(name.strip()), text) for name, text in table)
    if ACTION.key not in {cell.field.key for cell in cells}:
        raise ValueError("the table names no action: an event of any action proves nothing")
    text = ", ".join(f"{cell.field.phrase} {cell.text}" for cell in cells)
    return EventCell(EVENTS, text, lambda _value, _facts: False, items=cells)


def _property(name: str) -> Field:
    if name not in BY_PHRASE:
        raise ValueError(f"{name!r} is no property of a network event{nearest(name, BY_PHRASE)}")
    return BY_PHRASE[name]
