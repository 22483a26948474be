"""Reads log queries: a stream selector, line filters and the stages after `|`.

Source: loki v3 pkg/logql/syntax/syntax.y, `selector` and `pipelineExpr`.
"""

from __future__ import annotations

from functools import partial

from simulation.loki.cursor import Cursor
from simulation.loki.filters_parser import MATCH_OPS, label_filter, matcher
from simulation.loki.json_stage import is_path
from simulation.loki.quantities import unquoted
from simulation.loki.refusals import ParseError, not_simulated
from simulation.loki.regexes import BadPattern, compiled
from simulation.loki.syntax import (
    Json,
    LabelFormat,
    LineFilter,
    LineFormat,
    Matcher,
    Prune,
    Selection,
    Stage,
)
from simulation.loki.text import quoted
from simulation.loki.vocabulary import NAME, STRING

LINE_OPS = ("|=", "!=", "|~", "!~")
_UNKNOWN_STAGES = ("regexp", "logfmt", "unpack", "pattern", "decolorize")


def selection(cursor: Cursor) -> Selection:
    return Selection(selector(cursor), stages(cursor))


def selector(cursor: Cursor) -> tuple[Matcher, ...]:
    cursor.expect("{")
    if cursor.accept("}"):
        return ()
    matchers = [_matcher(cursor, NAME, "}")]
    while cursor.accept(","):
        matchers.append(_matcher(cursor, NAME))
    cursor.expect("}", ",")
    return tuple(matchers)


def _matcher(cursor: Cursor, *expected: str) -> Matcher:
    if not cursor.at(NAME):
        raise cursor.unexpected(*expected)
    name = cursor.take().text
    return matcher(name, cursor.expect(*MATCH_OPS).kind, cursor.string())


def stages(cursor: Cursor) -> tuple[Stage, ...]:
    """All stages up to the end, or to an `unwrap`, whose bar is then already taken."""
    read: list[Stage] = []
    while True:
        if cursor.at(*LINE_OPS):
            read.append(_line_filter(cursor))
        elif cursor.at("|>", "!>"):
            raise not_simulated("pattern filters")
        elif cursor.accept("|"):
            if cursor.at("unwrap"):
                return tuple(read)
            read.append(_stage(cursor))
        else:
            return tuple(read)


def _line_filter(cursor: Cursor) -> LineFilter:
    op = cursor.take().kind
    texts = [_line_text(cursor)]
    while cursor.accept("or"):
        texts.append(_line_text(cursor))
    if op in ("|~", "!~"):
        for text in texts:
            cursor.later(partial(_check_pattern, op, text), None)
    return LineFilter(op, tuple(texts))


def _line_text(cursor: Cursor) -> str:
    if cursor.at("ip"):
        raise not_simulated("ip() filters")
    return unquoted(cursor.expect(STRING, "ip").text)


def _check_pattern(op: str, text: str) -> None:
    try:
        compiled(text, dot_is_any=False)
    except BadPattern as error:
        raise ParseError(f"stage '{op} {quoted(text)}' : {error}") from None


def _stage(cursor: Cursor) -> Stage:
    if cursor.at(*_UNKNOWN_STAGES):
        raise not_simulated(f"the stage {cursor.here.kind}")
    if cursor.accept("json"):
        return Json(_extractions(cursor))
    if cursor.accept("line_format"):
        return LineFormat(cursor.string())
    if cursor.accept("label_format"):
        return LabelFormat(_targets(cursor))
    if cursor.at("drop", "keep"):
        return Prune(cursor.take().kind == "keep", _names(cursor))
    if not cursor.at(NAME, "("):
        raise cursor.unexpected()
    return label_filter(cursor)


def _extractions(cursor: Cursor) -> tuple[tuple[str, str], ...]:
    read: list[tuple[str, str]] = []
    while cursor.at(NAME) if not read else cursor.accept(","):
        name = cursor.expect(NAME).text
        path = cursor.string() if cursor.accept("=") else name
        cursor.later(partial(_check_path, name, path), None)
        read.append((name, path))
    return tuple(read)


def _check_path(name: str, path: str) -> None:
    if not is_path(path):
        stage = f"| json {name}={quoted(path)}"
        raise ParseError(f"stage '{stage}' : cannot parse expression [{path}]: syntax error")


def _targets(cursor: Cursor) -> tuple[tuple[str, str, bool], ...]:
    read: list[tuple[str, str, bool]] = []
    while not read or cursor.accept(","):
        target = cursor.expect(NAME).text
        cursor.expect("=")
        template = cursor.at(STRING)
        source = cursor.string() if template else cursor.expect(NAME, STRING).text
        read.append((target, source, template))
    return tuple(read)


def _names(cursor: Cursor) -> tuple[str | Matcher, ...]:
    read: list[str | Matcher] = []
    while not read or cursor.accept(","):
        name = cursor.expect(NAME).text
        if cursor.at(*MATCH_OPS):
            read.append(matcher(name, cursor.take().kind, cursor.string()))
        else:
            read.append(name)
    return tuple(read)
