"""Bars: one value a row, said beside its bar, and a limit where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.pictures.scales import Scale, said
from kit.pictures.sheet import LETTER, Sheet

WIDTH, ROW, TOP, AXIS = 760.0, 24.0, 44.0, 26.0


@dataclass(frozen=True)
class Bar:
    """`limit` is drawn as a mark, and a value beyond it in another colour, with a word."""

    label: str
    value: float
    limit: float | None = None

    @property
    def over(self) -> bool:
        return self.limit is not None and self.value > self.limit


def bars(title: str, rows: Sequence[Bar], unit: str, says: str = "") -> str:
    """Values may be negative: a feature that saves something. ValueError without a row."""
    if not rows:
        raise ValueError(f"{title}: a picture without a bar says nothing")
    sheet = Sheet(title, WIDTH, TOP + ROW * len(rows) + AXIS, says)
    left = 24 + LETTER * max(len(row.label) for row in rows)
    ends = [row.value for row in rows] + [row.limit for row in rows if row.limit is not None]
    room = 24 + LETTER * max(len(_words(row, unit)) for row in rows)
    scale = Scale(min(0.0, *ends), max(*ends, 0.0) or 1.0, left, WIDTH - room)
    bottom = TOP + ROW * len(rows)
    for tick in scale.ticks(unit):
        sheet.line((scale.at(tick), TOP - 6), (scale.at(tick), bottom), "grid")
        sheet.text(scale.at(tick), bottom + 16, said(tick, unit), "soft", "middle")
    for place, row in enumerate(rows):
        _row(sheet, scale, row, unit, TOP + ROW * place)
    return sheet.svg()


def _row(sheet: Sheet, scale: Scale, row: Bar, unit: str, top: float) -> None:
    zero, end, middle = scale.at(0.0), scale.at(row.value), top + ROW / 2
    sheet.text(scale.start - 8, middle + 4, row.label, "", "end")
    kind = "over" if row.over else "a"
    sheet.box((min(zero, end), top + 5), (abs(end - zero) or 1.0, ROW - 10), kind)
    right = max(zero, end)
    if row.limit is not None:
        at = scale.at(row.limit)
        sheet.line((at, top + 1), (at, top + ROW - 1), "limit")
        right = max(right, at)
    sheet.text(right + 8, middle + 4, _words(row, unit), "over" if row.over else "")


def _words(row: Bar, unit: str) -> str:
    if row.limit is None:
        return said(row.value, unit)
    beyond = ": over budget" if row.over else ""
    return f"{said(row.value, unit)} of {said(row.limit, unit)}{beyond}"
