"""Table cells about lists: whose members they name, and in how many words."""

from __future__ import annotations

from catalog.kinds import Field, Kind
from kit.amounts import Facts, Test
from kit.facts import names_a_fact


def only(field: Field, rest: str) -> Test:
    """Exactly these, in any order and number."""
    wanted = _members(field, rest)
    return lambda value, facts: _texts(value) == _known(wanted, facts)


def with_(field: Field, rest: str) -> Test:
    """At least these."""
    wanted = _members(field, rest)
    return lambda value, facts: _known(wanted, facts) <= _texts(value)


def nothing_but(field: Field, rest: str) -> Test:
    """None but these; empty texts, which say nothing, may be among them."""
    allowed = _members(field, rest)
    return lambda value, facts: _texts(value) <= _known(allowed, facts) | {""}


def empty(field: Field) -> Test:
    """There is a list, and each of its texts is empty."""
    if field.kind is not Kind.TEXTS:
        raise ValueError(f"{field.phrase!r} is no list of texts: it cannot be empty, only absent")
    return lambda value, _facts: isinstance(value, list) and _texts(value) <= {""}


def _members(field: Field, rest: str) -> frozenset[str]:
    if field.kind not in (Kind.TEXTS, Kind.NUMBERS):
        raise ValueError(f"{field.phrase!r} is not a list: write the value alone")
    members = frozenset(item.strip() for item in rest.split(",") if item.strip())
    if not members:
        raise ValueError(f"the cell of {field.phrase!r} names no member of the list")
    for member in members:
        names_a_fact(member)
    return members


def _known(members: frozenset[str], facts: Facts) -> set[str]:
    """Facts by their values; one that this scenario does not have matches nothing."""
    return {
        str(facts.get(member, f"({member} is not known)")) if names_a_fact(member) else member
        for member in members
    }


def _texts(value: object) -> set[str]:
    return {*map(str, value)} if isinstance(value, list) else {"(no list)"}
