"""How values spread: a dot each on a logarithmic axis, with half and 95 % of them marked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from kit.pictures.scales import Scale, around, said
from kit.pictures.sheet import LETTER, Sheet
from kit.series import nearest_rank

WIDTH, ROW, TOP, AXIS = 760.0, 46.0, 44.0, 30.0
MOST_DOTS = 400
"""Dots a row: beyond that every so many values are drawn, and all are counted."""


@dataclass(frozen=True)
class Group:
    """Values of one kind, all above zero."""

    label: str
    values: tuple[float, ...]


def spread(title: str, groups: Sequence[Group], unit: str, says: str = "") -> str:
    """Rows in the given order; ValueError when there is no value at all."""
    shown = [group for group in groups if group.values]
    if not shown:
        raise ValueError(f"{title}: a picture without a value says nothing")
    sheet = Sheet(title, WIDTH, TOP + ROW * len(shown) + AXIS, says)
    low, high = around([value for group in shown for value in group.values])
    left = 24 + LETTER * max(len(group.label) for group in shown)
    scale = Scale(low, high, left, WIDTH - 24, log=True)
    bottom = TOP + ROW * len(shown)
    for tick in scale.ticks(unit):
        sheet.line((scale.at(tick), TOP - 4), (scale.at(tick), bottom), "grid")
        sheet.text(scale.at(tick), bottom + 18, said(tick, unit), "soft", "middle")
    for place, group in enumerate(shown):
        _row(sheet, scale, group, unit, TOP + ROW * place)
    return sheet.svg()


def _row(sheet: Sheet, scale: Scale, group: Group, unit: str, top: float) -> None:
    values, middle = sorted(group.values), top + ROW - 14
    sheet.text(scale.start - 10, middle + 4, group.label, "", "end")
    shaken = random.Random(group.label)  # the same picture for the same values
    for value in _thinned(values):
        y = middle + shaken.uniform(-5, 5)
        sheet.dot(scale.at(value), y, "a", said(value, unit), solid=False)
    half, most = nearest_rank(values, 50), nearest_rank(values, 95)
    for value in (half, most):
        sheet.line((scale.at(value), middle - 10), (scale.at(value), middle + 10), "b")
    words = f"half within {said(half, unit)}, 95 % within {said(most, unit)}, of {len(values)}"
    fits = scale.at(half) + LETTER * len(words) < scale.end
    anchor, x = ("start", scale.at(half)) if fits else ("end", scale.end)
    sheet.text(x, middle - 15, words, "soft", anchor)


def _thinned(values: list[float]) -> list[float]:
    """Evenly, with both ends."""
    if len(values) <= MOST_DOTS:
        return values
    step = (len(values) - 1) / (MOST_DOTS - 1)
    return [values[round(step * place)] for place in range(MOST_DOTS)]
