"""The part of PromQL that is understood here: one selector, with equality and expressions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

Fits = Callable[[Mapping[str, str]], bool]

_WHOLE = re.compile(r"\s*([a-zA-Z_:][\w:]*)\s*(?:{(.*)})?\s*", re.S)
_MATCHER = re.compile(r'\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")\s*(?:,|$)', re.S)


class NotUnderstood(ValueError):
    """An expression that this Prometheus does not know, or that is no PromQL at all."""


def parse(text: str) -> tuple[str, Fits]:
    """The metric's name, and whether a series' labels fit the matchers."""
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        raise NotUnderstood(f"only a plain selector is understood here, not {text!r}")
    rest, tests = whole[2] or "", []
    while rest.strip():
        found = _MATCHER.match(rest)
        if found is None:
            raise NotUnderstood(f"parse error: unexpected {rest.strip()[:20]!r} in label matching")
        tests.append(_test(found[1], found[2], str(json.loads(found[3]))))
        rest = rest[found.end() :]
    return whole[1], lambda labels: all(test(labels) for test in tests)


def _test(name: str, operator: str, wanted: str) -> Fits:
    expression = re.compile(wanted if "~" in operator else re.escape(wanted))
    negated = operator.startswith("!")

    def fits(labels: Mapping[str, str]) -> bool:
        return (expression.fullmatch(labels.get(name, "")) is None) == negated

    return fits
