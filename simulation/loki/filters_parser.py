"""Reads label filters: comparisons of one label, joined by and, or, commas and parentheses.

Source: loki v3 pkg/logql/syntax/syntax.y, `labelFilter`.
"""

from __future__ import annotations

from simulation.loki.cursor import Cursor
from simulation.loki.quantities import number
from simulation.loki.refusals import ParseError, not_simulated
from simulation.loki.regexes import BadPattern, compiled
from simulation.loki.syntax import Both, Compare, Either, Filter, Matcher
from simulation.loki.vocabulary import BYTES, DURATION, NAME, NUMBER, STRING

MATCH_OPS = ("=", "=~", "!~", "!=")
COMPARE_OPS = ("=", "==", "!=", ">", ">=", "<", "<=")
_OR, _AND = 1, 2


def matcher(name: str, op: str, value: str) -> Matcher:
    """A checked one: its regular expression is valid."""
    if op in ("=~", "!~"):
        try:
            compiled(value)
        except BadPattern as error:
            raise ParseError(str(error)) from None
    return Matcher(name, op, value)


def label_filter(cursor: Cursor, above: int = 0) -> Filter:
    """Only `and` and `or` have a rank; after a comma or nothing, all that follows is taken in."""
    left = _operand(cursor)
    while True:
        rank = {"or": _OR, "and": _AND}.get(cursor.here.kind, 0)
        if rank > above:
            cursor.take()
            right = label_filter(cursor, rank)
            left = Either(left, right) if rank == _OR else Both(left, right)
        elif not rank and (cursor.accept(",") or cursor.at(NAME, "(")):
            left = Both(left, label_filter(cursor))
        else:
            return left


def _operand(cursor: Cursor) -> Filter:
    if cursor.accept("("):
        inner = label_filter(cursor)
        cursor.either(")")
        return inner
    name = cursor.expect(NAME, "(").text
    if not cursor.at(*MATCH_OPS, *COMPARE_OPS):
        raise cursor.unexpected()
    op = cursor.take().kind
    if op in ("=~", "!~"):
        return matcher(name, op, cursor.string())
    if op in ("=", "!=") and cursor.at(STRING):
        return matcher(name, op, cursor.string())
    return _comparison(cursor, name, "==" if op == "=" else op)


def _comparison(cursor: Cursor, name: str, op: str) -> Compare:
    if cursor.at("ip"):
        raise not_simulated("ip() filters")
    if cursor.at(DURATION):
        return Compare(name, op, cursor.take().value, "duration")
    if cursor.at(BYTES):
        return Compare(name, op, cursor.take().value, "bytes")
    return Compare(name, op, signed(cursor))


def signed(cursor: Cursor) -> float:
    sign = -1.0 if cursor.at("-") else 1.0
    if cursor.at("+", "-"):
        cursor.take()
        return sign * _literal(cursor.expect(NUMBER).text)
    return _literal(cursor.either(NUMBER).text)


def _literal(text: str) -> float:
    try:
        return number(text)
    except ValueError as error:
        raise ParseError(f"unable to parse literal as a float: {error}") from None
