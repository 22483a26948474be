"""What the query builder quotes, the parser reads back; what it cannot say, it refuses."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.logql import Query, any_of, in_line, quoted
from simulation.loki.parser import parse
from simulation.loki.stages import matches
from simulation.loki.syntax import Compare, LineFilter, Matcher, Selection

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NASTY = ("", '"', "\\", "`", "}", '"} |= "', "\n\t\r\x00\x07\x1b\x7f", "é", "😀", "\u2028", "a|b.*")


def read(query: Query) -> Selection:
    parsed = parse(str(query))
    assert isinstance(parsed, Selection)
    return parsed


@given(TEXTS)
def test_any_text_comes_back_from_a_selector_and_a_line_filter(text: str) -> None:
    selection = read(Query().where(app="x", SrcK8S_Namespace=text).contains(text))
    assert selection.matchers[1] == Matcher("SrcK8S_Namespace", "=", text)
    assert selection.stages == (LineFilter("|=", (text,)),)


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=4), TEXTS)
def test_any_of_matches_exactly_its_values(values: list[str], other: str) -> None:
    (matcher,) = read(Query().where_any(SrcK8S_Namespace=values)).matchers
    assert all(matches(matcher, value) for value in values)
    assert matches(matcher, other) == (other in values)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_in_a_label_filter(text: str) -> None:
    query = Query().where(app="x").json().field("DnsName", "=", text)
    assert read(query).stages[1] == Matcher("DnsName", "=", text)


def test_emoji_are_written_as_they_are() -> None:
    """As a surrogate pair Loki would take them and find nothing."""
    assert quoted("😀") == '"😀"'


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="no valid Unicode"):
        quoted("\ud83d")


def test_a_query_grows_without_changing_the_old_one() -> None:
    first = Query().where(app="x")
    second = first.contains("y").json().field("DnsLatencyMs", ">=", 50)
    assert str(first) == '{app="x"}'
    assert str(second) == '{app="x"} |= "y" | json | DnsLatencyMs >= 50'
    assert read(second).stages[2] == Compare("DnsLatencyMs", ">=", 50.0)


def test_fields_go_where_the_catalog_keeps_them() -> None:
    fields = {"SrcK8S_Namespace": "shop", "FlowDirection": "0", "DnsName": "a.b", "DstPort": 80}
    selection = read(Query.for_fields(fields))
    assert [matcher.name for matcher in selection.matchers] == ["SrcK8S_Namespace", "FlowDirection"]
    assert selection.stages == (
        LineFilter("|=", ('"DnsName":"a.b"',)),
        LineFilter("|~", ('"DstPort":80[,}]',)),
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [('{"DstPort":80}', True), ('{"DstPort":80,"a":1}', True), ('{"DstPort":8080}', False)],
)
def test_a_number_in_a_line_is_whole(line: str, found: bool) -> None:
    (stage,) = read(Query().where(app="x").showing("DstPort", 80)).stages
    assert isinstance(stage, LineFilter)
    assert bool(re.search(stage.texts[0], line)) is found


def test_text_in_a_line_is_escaped_as_go_does() -> None:
    escaped = r"a\\u003cb\\u003e\\u0026\\u2028"
    assert in_line("DnsName", "a<b>&\u2028") == rf'|= "\"DnsName\":\"{escaped}\""'


@given(TEXTS)
def test_a_line_filter_finds_the_member(text: str) -> None:
    line = json.dumps({"DnsName": text}, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        line = line.replace(char, f"\\u{ord(char):04x}")
    (stage,) = read(Query().where(app="x").showing("DnsName", text)).stages
    assert isinstance(stage, LineFilter)
    assert stage.texts[0] in line


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: str(Query()), "at least one stream label"),
        (lambda: Query().where(**{"a-b": "x"}), "no label name"),
        (lambda: Query().where_any(app=()), "any of nothing"),
        (lambda: any_of([]), "any of nothing"),
        (lambda: Query().showing("Nosuch", 1), "no field of the catalog"),
        (lambda: Query().showing("Flags", "SYN"), "use contains"),
        (lambda: Query().field("Bytes", "~", 1), "no comparison"),
        (lambda: Query().field("Bytes", ">", "1"), "a text has no order"),
        (lambda: Query().field("Bytes", "=~", 1), "only a text"),
        (lambda: Query().field("Bytes", ">", float("nan")), "no number"),
    ],
)
def test_what_cannot_be_said_is_refused(build: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        build()  # type: ignore[operator]  # a lambda of the table
