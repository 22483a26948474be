"""Durations, sizes and string literals as Go and Prometheus read them."""

from __future__ import annotations

import ast
import re

from simulation.loki.text import quoted

SECOND = 10**9
_UNITS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "ms": 10**6,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
    "d": 86_400 * SECOND,
    "w": 7 * 86_400 * SECOND,
    "y": 365 * 86_400 * SECOND,
}
_PROMETHEUS_PART = re.compile(r"([0-9]+)([^0-9]+)")
_PROMETHEUS_UNITS = ("y", "w", "d", "h", "m", "s", "ms")
_GO_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_SIZE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*([a-zA-Z]*)")
_SIZES = {"": 1, "b": 1} | {
    f"{letter}{suffix}": base**power
    for power, letter in enumerate("kmgtp", start=1)
    for suffix, base in (("", 1000), ("b", 1000), ("i", 1024), ("ib", 1024))
}


def prometheus_duration(text: str) -> int:
    """Nanoseconds of `1h30m`; units in falling order, each once (model.ParseDuration)."""
    if text == "0":
        return 0
    if not text:
        raise ValueError("empty duration string")
    parts = _PROMETHEUS_PART.findall(text)
    if "".join(count + unit for count, unit in parts) != text:
        raise ValueError(f"not a valid duration string: {quoted(text)}")
    return sum(int(count) * _UNITS[unit] for count, unit in _falling(parts, text))


def _falling(parts: list[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    last = -1
    for _, unit in parts:
        if unit not in _PROMETHEUS_UNITS:
            raise ValueError(f"unknown unit {quoted(unit)} in duration {quoted(text)}")
        if _PROMETHEUS_UNITS.index(unit) <= last:
            raise ValueError(f"not a valid duration string: {quoted(text)}")
        last = _PROMETHEUS_UNITS.index(unit)
    return parts


def go_duration(text: str) -> int:
    """Nanoseconds of `1.5s` or `-2h` (time.ParseDuration)."""
    bare = text.lstrip("+-") if text[:1] in "+-" else text
    sign = -1 if text.startswith("-") else 1
    if bare == "0":
        return 0
    parts = _GO_PART.findall(bare)
    if not parts or "".join(number + unit for number, unit in parts) != bare:
        if re.fullmatch(r"\d+(\.\d*)?", bare):
            raise ValueError(f'time: missing unit in duration "{text}"')
        raise ValueError(f'time: invalid duration "{text}"')
    return sign * int(sum(float(n) * _UNITS[unit.replace("μ", "µ")] for n, unit in parts))


def any_duration(text: str) -> int:
    """As LogQL reads one: Prometheus first, Go otherwise."""
    try:
        return prometheus_duration(text)
    except ValueError:
        return go_duration(text)


def size(text: str) -> int:
    """Bytes of `42 MiB` or `1kB` (humanize.ParseBytes)."""
    found = _SIZE.fullmatch(text.strip().replace(",", ""))
    if not found:
        raise ValueError(f'strconv.ParseFloat: parsing "{_number_of(text)}": invalid syntax')
    if found[2].lower() not in _SIZES:
        raise ValueError(f"unhandled size name: {found[2].lower()}")
    return int(float(found[1]) * _SIZES[found[2].lower()])


def _number_of(text: str) -> str:
    return re.match(r"[\d.,]*", text)[0].replace(",", "")  # type: ignore[index]  # matches always


def number(text: str) -> float:
    """As strconv.ParseFloat, whose error text it repeats."""
    try:
        if text != text.strip() or "_" in text:
            raise ValueError
        return float(text)
    except ValueError:
        reason = f"strconv.ParseFloat: parsing {quoted(text)}: invalid syntax"
        raise ValueError(reason) from None


def unquoted(literal: str) -> str:
    """The text of a Go string literal; its escapes were checked when it was scanned."""
    if literal.startswith("`"):
        return literal[1:-1].replace("\r", "")
    if "\\" not in literal:
        return literal[1:-1]
    return _unescaped(literal[1:-1])


_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL
)


def _unescaped(body: str) -> str:
    """`\\x` and octal escapes are bytes, so the result is put together as bytes."""
    out, at = b"", 0
    for found in _ESCAPE.finditer(body):
        out += body[at : found.start()].encode() + _escape_bytes(found)
        at = found.end()
    return (out + body[at:].encode()).decode("utf-8", "surrogateescape")


def _escape_bytes(found: re.Match[str]) -> bytes:
    hexadecimal, short, long, octal, plain = found.groups()
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    if short or long:
        return _rune(int(short or long, 16))
    return str(ast.literal_eval(f'"\\{plain}"')).encode()


def _rune(code: int) -> bytes:
    """Half of a surrogate pair is the replacement character: why JSON's escapes find nothing."""
    if code > 0x10FFFF:
        raise ValueError("invalid syntax")
    return chr(0xFFFD if 0xD800 <= code < 0xE000 else code).encode()
