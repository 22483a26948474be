"""How Go prints strings, labels, numbers and times; Loki's error texts and answers are made so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

_SHORT = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    '"': '\\"',
}


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quoted(value: str) -> str:
    """As strconv.Quote."""
    return '"' + "".join(map(_escaped, value)) + '"'


def labels_text(labels: Mapping[str, str]) -> str:
    """As Prometheus prints a label set: sorted by name."""
    return "{" + ", ".join(f"{name}={quoted(labels[name])}" for name in sorted(labels)) + "}"


def number_text(value: float) -> str:
    """As strconv.FormatFloat(value, 'f', -1, 64)."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    plain = format(Decimal(repr(float(value))), "f")
    return plain.removesuffix(".0")


def full_time_text(at_ns: int) -> str:
    """As time.Time.String in UTC: a fraction without trailing zeros."""
    whole = datetime.fromtimestamp(at_ns // 10**9, UTC).strftime("%Y-%m-%d %H:%M:%S")
    fraction = f".{at_ns % 10**9:09d}".rstrip("0").rstrip(".")
    return f"{whole}{fraction} +0000 UTC"


def time_text(at_ns: int) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return datetime.fromtimestamp(at_ns // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
