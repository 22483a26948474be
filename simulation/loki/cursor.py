"""A position in the tokens of a query, and the syntax errors a real Loki words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from simulation.loki.quantities import number, unquoted
from simulation.loki.refusals import ParseError
from simulation.loki.tokens import Token, Tokens
from simulation.loki.vocabulary import NUMBER, STRING

Checked = TypeVar("Checked")
_MOST_NAMED = 4
"""Goyacc names the expected tokens only when there are at most four."""


class Cursor:
    """One token of lookahead."""

    def __init__(self, query: str) -> None:
        self._tokens = iter(Tokens(query))
        self.here = next(self._tokens)
        self.before = ""
        self.problem: ParseError | None = None

    def at(self, *kinds: str) -> bool:
        return self.here.kind in kinds

    def take(self) -> Token:
        taken = self.here
        self.before = taken.kind
        if taken.kind != "$end":
            self.here = next(self._tokens)
        return taken

    def accept(self, kind: str) -> bool:
        if self.at(kind):
            self.take()
            return True
        return False

    def expect(self, *kinds: str) -> Token:
        """The token, or the error that names these kinds as the ones expected."""
        if not self.at(*kinds):
            raise self.unexpected(*kinds)
        return self.take()

    def string(self) -> str:
        return unquoted(self.expect(STRING).text)

    def number(self) -> float:
        return number(self.expect(NUMBER).text)

    def either(self, kind: str) -> Token:
        """As `expect` where so much else may follow that no error names it."""
        if not self.at(kind):
            raise self.unexpected()
        return self.take()

    def later(self, check: Callable[[], Checked], otherwise: Checked) -> Checked:
        """What a check answers; its error waits until the whole query has been read."""
        try:
            return check()
        except ParseError as error:
            self.problem = error
            return otherwise

    def unexpected(self, *expected: str) -> ParseError:
        message = f"syntax error: unexpected {self.here.kind}"
        if expected and len(expected) <= _MOST_NAMED:
            message += f", expecting {' or '.join(expected)}"
        return ParseError(message, self.here.line, self.here.column)
