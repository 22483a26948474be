"""Cron schedules: five fields of numbers, ranges, steps, lists and names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
LONGEST_SEARCH = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Schedule:
    """The sets of minutes, hours, days, months and weekdays at which it is time."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def after(self, at: float) -> float | None:
        """The next time strictly after `at` (epoch seconds, UTC); None if there is none."""
        moment = datetime.fromtimestamp(at, UTC).replace(second=0, microsecond=0)
        moment += timedelta(minutes=1)
        last = moment + LONGEST_SEARCH
        while moment < last:
            if moment.month not in self.months or not self._is_day(moment):
                moment = moment.replace(hour=0, minute=0) + timedelta(days=1)
            elif moment.hour not in self.hours:
                moment = moment.replace(minute=0) + timedelta(hours=1)
            elif moment.minute not in self.minutes:
                moment += timedelta(minutes=1)
            else:
                return moment.timestamp()
        return None

    def _is_day(self, moment: datetime) -> bool:
        """Either day field may match when both are restricted: cron(8)'s old oddity."""
        day = moment.day in self.days
        weekday = moment.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return day and weekday
        return day or weekday


def parse(text: str) -> Schedule:
    """Raise ValueError with one sentence when the text is no schedule."""
    parts = MACROS.get(text.strip(), text).split()
    if len(parts) != 5:
        raise ValueError(f'expected exactly 5 fields, found {len(parts)}: "{text}"')
    sets = [_field(part.lower(), *limits) for part, limits in zip(parts, RANGES, strict=True)]
    weekdays = frozenset(day % 7 for day in sets[4])
    stars = [part.startswith(("*", "?")) for part in parts]
    return Schedule(sets[0], sets[1], sets[2], sets[3], weekdays, stars[2], stars[4])


def _field(text: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            first, last = low, high
        elif "-" in span:
            first, last = (_number(end) for end in span.split("-", 1))
        else:
            first = _number(span)
            last = high if step else first
        if not (low <= first <= last <= high) or (step and int(step) < 1):
            raise ValueError(f'"{part}" lies outside {low}-{high}')
        found.update(range(first, last + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str) -> int:
    if text in MONTHS:
        return MONTHS.index(text) + 1
    if text in DAYS:
        return DAYS.index(text)
    return int(text)
