"""One quantity over time, phase by phase, with the limit of each phase above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.pictures.scales import Scale, said
from kit.pictures.sheet import LETTER, Sheet
from kit.series import Series

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760.0, 250.0, 112.0, 24.0, 64.0, 44.0
GAP = 14.0


@dataclass(frozen=True)
class Phase:
    """The samples of one phase; `limit` is for the highest of its series."""

    name: str
    series: tuple[Series, ...]
    limit: float | None = None

    @property
    def began(self) -> float:
        return min(at for one in self.series for at in one.at)

    @property
    def seconds(self) -> float:
        return max(1.0, max(at for one in self.series for at in one.at) - self.began)


def over_time(
    title: str, phases: Sequence[Phase], says: str = "", below: str = "seconds within each phase"
) -> str:
    """The series with the highest value is drawn in colour and named, the others stay behind."""
    shown = sorted(
        (p for p in phases if any(one.values for one in p.series)), key=lambda phase: phase.began
    )
    if not shown:
        raise ValueError(f"{title}: a picture without a sample says nothing")
    sheet = Sheet(title, WIDTH, HEIGHT, says)
    unit = shown[0].series[0].unit
    values = [value for phase in shown for one in phase.series for value in one.values]
    limits = [phase.limit for phase in shown if phase.limit is not None]
    heights = Scale(0.0, 1.12 * max(values + limits) or 1.0, HEIGHT - BOTTOM, TOP)
    for tick in heights.ticks(unit, 4):
        sheet.line((LEFT, heights.at(tick)), (WIDTH - RIGHT, heights.at(tick)), "grid")
        sheet.text(LEFT - 8, heights.at(tick) + 4, said(tick, unit), "soft", "end")
    left, width = LEFT, (WIDTH - LEFT - RIGHT - GAP * (len(shown) - 1)) / len(shown)
    for phase in shown:
        times = Scale(phase.began, phase.began + phase.seconds, left, left + width)
        _phase(sheet, phase, times, heights)
        left += width + GAP
    sheet.text(LEFT, HEIGHT - 10, below, "soft")
    return sheet.svg()


def _phase(sheet: Sheet, phase: Phase, times: Scale, heights: Scale) -> None:
    width, unit = times.end - times.start, phase.series[0].unit
    sheet.text(times.start + 4, TOP - 14, _fitted(phase.name, width), "head")
    for seconds in (0.0, phase.seconds):
        anchor = "start" if not seconds else "end"
        x = times.start if not seconds else times.end
        sheet.text(x, HEIGHT - BOTTOM + 16, f"{seconds:.0f}", "soft", anchor)
    sheet.line((times.start, heights.start), (times.end, heights.start), "grid")
    highest = max(phase.series, key=lambda one: max(one.values, default=0.0))
    for one in (*(each for each in phase.series if each is not highest), highest):
        points = [(times.at(at), heights.at(v)) for at, v in zip(one.at, one.values, strict=True)]
        sheet.path(points, "a" if one is highest else "rest", whose(one))
    top = max(highest.values)
    above, words = heights.at(top) - 8, said(top, unit)
    named = f"{words}, {highest.about.get('node', 'highest')}"
    close = phase.limit is not None and abs(heights.at(phase.limit) - heights.at(top)) < 30
    at = above + 26 if close else above
    sheet.text(times.start + 4, at, named if named == _fitted(named, width) else words)
    if phase.limit is not None:
        y = heights.at(phase.limit)
        sheet.line((times.start, y), (times.end, y), "limit")
        words = _fitted(f"budget {said(phase.limit, unit)}", width)
        sheet.text(times.start + 4, y - 5, words, "over")


def whose(series: Series) -> str:
    return ", ".join(str(series.about[key]) for key in ("pod", "node") if key in series.about)


def _fitted(words: str, width: float) -> str:
    most = max(3, int(width / LETTER))
    return words if len(words) <= most else f"{words[: most - 1]}…"
