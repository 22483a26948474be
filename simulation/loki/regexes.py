"""Regular expressions as RE2 takes them; what Python allows and RE2 does not is refused."""

from __future__ import annotations

import re
from functools import lru_cache

_BAD_FLAGS = re.compile(r"\(\?(?!P?<)[imsU]*-?[imsU]*[^imsU:)-]")
_BAD_NAME = re.compile(r"\(\?P?<(?!\w+>)[^>]*>?", re.ASCII)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NO_ESCAPE = frozenset("0123456789") | frozenset("ceghijklmopquwyEFGHIJKLMNORTUVXYZ")
_POSIX = {
    "[:alpha:]": "a-zA-Z",
    "[:digit:]": "0-9",
    "[:alnum:]": "0-9A-Za-z",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:space:]": r"\t\n\v\f\r ",
    "[:word:]": r"\w",
    "[:xdigit:]": "0-9A-Fa-f",
    "[:punct:]": r"!-/:-@\[-`{-~",
}


class BadPattern(ValueError):
    """The text is the one that Go's regexp/syntax gives."""


@lru_cache(maxsize=1024)
def compiled(pattern: str, dot_is_any: bool = True) -> re.Pattern[str]:
    """Ready to `search` or, for matchers, which are anchored, to `fullmatch`."""
    _check(pattern)
    flags = re.ASCII | (re.DOTALL if dot_is_any else 0)
    try:
        return re.compile(_as_python(pattern), flags)
    except re.error as error:
        raise BadPattern(_said_by_go(pattern, error)) from None


def _check(pattern: str) -> None:
    bare = _without_escapes(pattern)
    if found := _BAD_FLAGS.search(bare):
        said = pattern[found.start() : found.end()]
        raise BadPattern(f"error parsing regexp: invalid or unsupported Perl syntax: `{said}`")
    if found := _BAD_NAME.search(bare):
        said = pattern[found.start() : found.end()]
        raise BadPattern(f"error parsing regexp: invalid named capture: `{said}`")
    for found in _ESCAPE.finditer(pattern):
        if found[1] in _NO_ESCAPE and not _unicode_class(pattern, found.start()):
            raise BadPattern(f"error parsing regexp: invalid escape sequence: `{found[0]}`")
    if re.search(r"(?<!\\)[*+?}][*+]", bare):
        nested = re.search(r"[*+?][*+]", pattern)
        text = nested[0] if nested else pattern
        raise BadPattern(f"error parsing regexp: invalid nested repetition operator: `{text}`")


def _without_escapes(pattern: str) -> str:
    return _ESCAPE.sub("__", re.sub(r"\[(?:\\.|[^\]\\])+\]", lambda m: "_" * len(m[0]), pattern))


def _unicode_class(pattern: str, at: int) -> bool:
    return pattern[at + 1] in "pP" or pattern[at : at + 2] == r"\Q"


def _as_python(pattern: str) -> str:
    for name, content in _POSIX.items():
        pattern = pattern.replace(name, content)
    if flags := re.search(r"(?<!^)\(\?([imsU]+)\)", pattern):
        return f"{pattern[: flags.start()]}(?{flags[1]}:{pattern[flags.end() :]})"
    whole = _ESCAPE.sub(lambda found: r"\Z" if found[1] == "z" else found[0], pattern)
    return whole.replace("(?<", "(?P<")


def _said_by_go(pattern: str, error: re.error) -> str:
    said = str(error.msg)
    if "unterminated subpattern" in said:
        return f"error parsing regexp: missing closing ): `{pattern}`"
    if "unbalanced parenthesis" in said:
        return f"error parsing regexp: unexpected ): `{pattern}`"
    if "nothing to repeat" in said:
        operator = pattern[error.pos or 0]
        return f"error parsing regexp: missing argument to repetition operator: `{operator}`"
    if "unterminated character set" in said:
        return f"error parsing regexp: missing closing ]: `{pattern[pattern.rfind('[') :]}`"
    if "bad character range" in said:
        return f"error parsing regexp: invalid character class range: `{said.rsplit(' ', 1)[-1]}`"
    return f"error parsing regexp: invalid or unsupported Perl syntax: `{pattern}`"
