"""LogQL that is safe to build from any text: what is quoted here is found as it is, or refused.

Loki reads Go string literals. JSON's are the same, except for two traps: escapes beyond U+FFFF are
surrogate pairs in JSON, which Loki takes and never finds; and DEL must be escaped.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.fields import BY_KEY
from catalog.kinds import Kind

Value = str | int | float
COMPARISONS = ("=", "!=", "=~", "!~", "==", ">", ">=", "<", "<=")
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_TEXT_ONLY = ("=~", "!~")


def quoted(text: str) -> str:
    """A Go string literal; half a surrogate pair cannot be stored in Loki and is refused."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r} is no valid Unicode, so no flow can hold it") from None
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


def label(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no label name of Loki")
    return name


def any_of(values: Sequence[str]) -> str:
    """A regular expression for exactly these texts; Loki anchors those of labels by itself."""
    if not values:
        raise ValueError("any of nothing would match nothing: name at least one value")
    return "|".join(re.escape(value) for value in values)


def in_line(key: str, value: Value) -> str:
    """A line filter for a member of a flow record, as flowlogs-pipeline writes it.

    Source: Go's encoding/json as used by flowlogs-pipeline write_loki.go: no spaces, and < > & are
    escaped. A number needs what follows it: 80 must not find 8080.
    """
    if isinstance(value, str):
        return f"|= {quoted(f'{_go_json(key)}:{_go_json(value)}')}"
    number = re.escape(f"{_go_json(key)}:{json.dumps(value)}")
    return f"|~ {quoted(f'{number}[,}}]')}"


def _go_json(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        written = written.replace(char, f"\\u{ord(char):04x}")
    return written


@dataclass(frozen=True)
class Query:
    """A log query, grown by methods that each answer a new one; `str` writes it."""

    matchers: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()

    @classmethod
    def for_fields(cls, fields: Mapping[str, Value]) -> Query:
        """Flows in which these fields have these values: labels select, the rest filter lines."""
        query = cls()
        for key, value in fields.items():
            query = query.showing(key, value)
        return query

    def showing(self, key: str, value: Value) -> Query:
        """The flow field has this value; the catalog knows whether it is a label."""
        field = BY_KEY.get(key)
        if field is None:
            raise ValueError(f"{key!r} is no field of the catalog")
        if field.label:
            return self.where(**{key: str(value)})
        if field.kind not in (Kind.TEXT, Kind.NUMBER):
            raise ValueError(f"{key} is a {field.kind.value}: use contains() for it")
        return self._then(in_line(key, value))

    def where(self, **labels: str) -> Query:
        """Streams with these labels; an empty text means that the label is not there."""
        return self._matching(f"{label(name)}={quoted(value)}" for name, value in labels.items())

    def where_not(self, **labels: str) -> Query:
        return self._matching(f"{label(name)}!={quoted(value)}" for name, value in labels.items())

    def where_any(self, **labels: Sequence[str]) -> Query:
        """Streams whose labels each have one of some values."""
        return self._matching(
            f"{label(name)}=~{quoted(any_of(values))}" for name, values in labels.items()
        )

    def contains(self, text: str) -> Query:
        return self._then(f"|= {quoted(text)}")

    def lacks(self, text: str) -> Query:
        return self._then(f"!= {quoted(text)}")

    def json(self) -> Query:
        """Fields of the line become labels, for `field`."""
        return self._then("| json")

    def field(self, name: str, op: str, value: Value) -> Query:
        """Compare a label, or after `json` any field; numbers as numbers, texts as texts."""
        if op not in COMPARISONS:
            raise ValueError(f"{op!r} is no comparison: use one of {' '.join(COMPARISONS)}")
        if isinstance(value, str) and op not in ("=", "!=", *_TEXT_ONLY):
            raise ValueError(f"{name} {op} {value!r}: a text has no order")
        if not isinstance(value, str) and op in _TEXT_ONLY:
            raise ValueError(f"{name} {op} {value!r}: only a text is matched by an expression")
        written = quoted(value) if isinstance(value, str) else _number(value)
        return self._then(f"| {label(name)} {op} {written}")

    def __str__(self) -> str:
        if not self.matchers:
            raise ValueError("a LogQL query needs at least one stream label: add where(...)")
        return " ".join(["{" + ", ".join(self.matchers) + "}", *self.stages])

    def _matching(self, matchers: Iterable[str]) -> Query:
        return replace(self, matchers=(*self.matchers, *matchers))

    def _then(self, stage: str) -> Query:
        return replace(self, stages=(*self.stages, stage))


def _number(value: float) -> str:
    if isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number of LogQL")
    return repr(value)
