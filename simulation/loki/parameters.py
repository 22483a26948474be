"""The query parameters of a request. Source: loki v3 pkg/loghttp/params.go and query.go."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from simulation.loki.quantities import SECOND, prometheus_duration
from simulation.loki.refusals import Refused

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LAYOUT = "2006-01-02T15:04:05.999999999Z07:00"
DEFAULT_LIMIT = 100
MAX_POINTS = 11_000


@dataclass(frozen=True)
class Parameters:
    """Form values of one request, the last of each name hidden as in Go's Form.Get."""

    pairs: list[tuple[str, str]]
    now: Callable[[], float]

    def get(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def limit(self) -> int:
        text = self.get("limit") or str(DEFAULT_LIMIT)
        try:
            limit = int(text)
        except ValueError:
            raise Refused(f'strconv.Atoi: parsing "{text}": invalid syntax') from None
        if limit <= 0:
            raise Refused("limit must be a positive value")
        return limit

    def backward(self) -> bool:
        text = self.get("direction") or "backward"
        if text.upper() not in ("FORWARD", "BACKWARD"):
            raise Refused(f"invalid direction '{text}'")
        return text.upper() == "BACKWARD"

    def bounds(self, default_since_ns: int = 3600 * SECOND) -> tuple[int, int]:
        now_ns, since_ns = int(self.now() * SECOND), default_since_ns
        if since := self.get("since"):
            since_ns = _named("since", lambda: prometheus_duration(since))
        end = _named("end", lambda: timestamp(self.get("end"), now_ns))
        start = _named("start", lambda: timestamp(self.get("start"), min(end, now_ns) - since_ns))
        return start, end

    def at(self) -> int:
        try:
            return timestamp(self.get("time"), int(self.now() * SECOND))
        except ValueError as error:
            raise Refused(str(error)) from None

    def step_ns(self, start_ns: int, end_ns: int) -> int:
        text = self.get("step")
        if not text:
            return max((end_ns - start_ns) // SECOND // 250, 1) * SECOND
        return _seconds_or_duration(text)


def _named(name: str, read: Callable[[], int]) -> int:
    try:
        return read()
    except ValueError as error:
        raise Refused(f"could not parse '{name}' parameter: {error}") from None


def timestamp(text: str, default_ns: int) -> int:
    """Seconds with a point, up to ten digits of seconds, nanoseconds, or RFC 3339."""
    if not text:
        return default_ns
    if "." in text and (seconds := _float(text)) is not None:
        whole = int(seconds)
        return whole * SECOND + int(round((seconds - whole) * 1000) / 1000 * SECOND)
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text) * (SECOND if len(text) <= 10 else 1)
    return _rfc3339(text)


def _rfc3339(text: str) -> int:
    found = _RFC3339.fullmatch(text)
    if not found:
        raise ValueError(_not_a_time(text))
    zone = "+00:00" if found[3] == "Z" else found[3]
    whole = int(datetime.fromisoformat(found[1] + zone).astimezone(UTC).timestamp())
    return whole * SECOND + int(((found[2] or ".0")[1:] + "0" * 9)[:9])


def _not_a_time(text: str) -> str:
    return f'strconv.ParseInt: parsing "{text}": invalid syntax'


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _seconds_or_duration(text: str) -> int:
    if (seconds := _float(text)) is not None:
        return int(seconds * SECOND)
    try:
        return prometheus_duration(text)
    except ValueError:
        raise Refused(f'cannot parse "{text}" to a valid duration') from None
