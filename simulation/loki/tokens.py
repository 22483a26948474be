"""LogQL cut into tokens, lazily, each with the place that a real Loki reports for it.

Token kinds are the names its error texts use. Source: loki v3 pkg/logql/syntax/lex.go and
query_scanner.go; there, a token read by more than one scan loses its line number (line 0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulation.loki import quantities
from simulation.loki.refusals import ParseError
from simulation.loki.vocabulary import (
    BYTES,
    DURATION,
    END,
    FLAG,
    FUNCTIONS,
    NAME,
    NUMBER,
    RANGE,
    STRING,
    SYMBOLS,
    WORDS,
)

_IS_CALL = re.compile(r"\s*(\(|(by|without)\s*\()", re.IGNORECASE)
_SKIP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d*)?")
_NAME = re.compile(r"[^\W\d]\w*")
_DURATION_TAIL = re.compile(r"[\d.nuµmshdwy]+")
_SIZE_TAIL = re.compile(r"[\d.BikKMGTP]+")
_FLAG = re.compile(r"--(strict|keep-empty)(?![^\W\d_]|-)")
_BAD_ESCAPE = re.compile(
    r"\\(?![abfnrtv\\\"]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3})"
)
_STRING = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"')


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int
    column: int
    value: int = 0
    """Nanoseconds of a duration or range, or a number of bytes."""


class Tokens:
    """One query's tokens."""

    def __init__(self, query: str) -> None:
        self._query, self._at, self._start = query, 0, 0

    def __iter__(self) -> Iterator[Token]:
        while True:
            token = self._next()
            yield token
            if token.kind == END:
                return

    def _next(self) -> Token:
        self._start = self._at = _SKIP.match(self._query, self._at).end()  # type: ignore[union-attr]  # matches ""
        if self._at == len(self._query):
            return self._token(END, 0)
        char = self._query[self._at]
        if char in "\"`'":
            return self._string() if char != "'" else self._char()
        if char == "[":
            return self._range()
        if found := _NUMBER.match(self._query, self._at):
            return self._number(found[0])
        if found := _FLAG.match(self._query, self._at):
            return self._token(FLAG, len(found[0]), line=0)
        if char == "-" and (token := self._quantity("-")):
            return token
        if found := _NAME.match(self._query, self._at):
            return self._word(found[0])
        return self._symbol()

    def _place(self) -> tuple[int, int]:
        if not self._query:
            return 0, 0
        before = self._query[: self._start]
        return before.count("\n") + 1, self._start - before.rfind("\n")

    def _token(self, kind: str, length: int, value: int = 0, line: int | None = None) -> Token:
        text = self._query[self._start : self._start + length]
        self._at = self._start + length
        place, column = self._place()
        return Token(kind, text, place if line is None else line, column, value)

    def _fail(self, message: str, line: int | None = None) -> ParseError:
        place, column = self._place()
        return ParseError(message, place if line is None else line, column)

    def _string(self) -> Token:
        if self._query[self._at] == "`":
            end = self._query.find("`", self._at + 1)
            if end < 0:
                raise self._fail("literal not terminated")
            return self._token(STRING, end + 1 - self._at)
        found = _STRING.match(self._query, self._at)
        known = found[0] if found else self._query[self._at :].split("\n")[0]
        if _BAD_ESCAPE.search(known.replace("\\\\", "..")):
            raise self._fail("invalid char escape")
        if not found:
            raise self._fail("literal not terminated")
        try:
            quantities.unquoted(known)
        except ValueError as error:
            raise self._fail(str(error)) from None
        return self._token(STRING, len(known))

    def _char(self) -> Token:
        """Go's character literals mean nothing here, but they must be whole."""
        found = re.compile(r"'(?:[^'\\\n]|\\[^\n])*'").match(self._query, self._at)
        if not found:
            raise self._fail("literal not terminated")
        if len(found[0]) != 3:
            raise self._fail("invalid char literal")
        return self._token(NAME, 3)

    def _range(self) -> Token:
        end = self._query.find("]", self._at)
        if end < 0:
            raise self._fail("missing closing ']' in duration", line=0)
        try:
            value = quantities.prometheus_duration(self._query[self._at + 1 : end])
        except ValueError as error:
            raise self._fail(str(error), line=0) from None
        return self._token(RANGE, end + 1 - self._at, value, line=0)

    def _number(self, text: str) -> Token:
        return self._quantity(text) or self._token(NUMBER, len(text))

    def _quantity(self, head: str) -> Token | None:
        """A duration or a size: a number and the letters that follow it without a space."""
        after = self._at + len(head)
        for kind, tail, read in (
            (DURATION, _DURATION_TAIL, quantities.any_duration),
            (BYTES, _SIZE_TAIL, quantities.size),
        ):
            if found := tail.match(self._query, after):
                text = head + found[0]
                try:
                    return self._token(kind, len(text), read(text), line=0)
                except ValueError:
                    self._at = self._start
        return None

    def _word(self, word: str) -> Token:
        lower, after = word.lower(), self._query[self._at + len(word) :]
        if lower in FUNCTIONS and _IS_CALL.match(after):
            return self._token(FUNCTIONS[lower], len(word))
        if lower in WORDS and lower not in FUNCTIONS:
            return self._token(lower, len(word))
        return self._token(NAME, len(word))

    def _symbol(self) -> Token:
        two = self._query[self._at : self._at + 2]
        if len(two) == 2 and two in SYMBOLS:
            return self._token(two, 2, line=0)
        kind = two[0] if two[0] in SYMBOLS else NAME
        return self._token(kind, 1)
