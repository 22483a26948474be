"""Field names, types and list types of the built-in kinds, as Kubernetes 1.36 publishes them.

`builtin_types.json` holds them in short: `s` string, `i` integer, `n` number, `b` boolean, `q`
quantity, `x` integer or string, `*` anything, `@T` struct T, `[` list of, `{` map of; then
`|map:keys` or `|set` for lists that merge, `!` for what is replaced as one.
Source: kubernetes api/openapi-spec/v3.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from simulation.apiserver.objects import clone

_FILE = Path(__file__).with_name("builtin_types.json")
_SCALARS: dict[str, tuple[tuple[type, ...], str]] = {
    "s": ((str,), "string"),
    "i": ((int,), "int32"),
    "n": ((int, float), "float64"),
    "b": ((bool,), "bool"),
    "x": ((int, str), "intstr.IntOrString"),
    "q": ((int, float, str), "resource.Quantity"),
}
_WORDS = {str: "string", bool: "bool", int: "number", float: "number", list: "array"}


@dataclass(frozen=True)
class Type:
    """One type: `form` is struct, list, map, any or a letter; `below` what a list or map holds."""

    form: str
    name: str = ""
    below: str = ""
    listed: tuple[str, tuple[str, ...]] = ("atomic", ())
    atomic: bool = False

    def field(self, name: str) -> Type | None:
        """The type of a field; None for one that a struct does not have."""
        if self.form == "struct":
            return _fields(self.name).get(name)
        return parse(self.below) if self.form == "map" else ANY

    def item(self) -> Type:
        return parse(self.below) if self.form == "list" else ANY


ANY = Type("any")


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_FILE.read_text())
    return table


@cache
def _fields(struct: str) -> dict[str, Type]:
    return {name: parse(text) for name, text in _table()["types"][struct].items()}


@cache
def parse(text: str) -> Type:
    body, _, merged = text.partition("|")
    atomic = body.endswith("!")
    body = body.rstrip("!")
    if body == "*":
        return ANY
    if body.startswith("@"):
        return Type("struct", name=body[1:], atomic=atomic)
    if body.startswith("["):
        kind, _, keys = merged.partition(":")
        listed = (kind or "atomic", tuple(keys.split(",")) if keys else ())
        return Type("list", below=body[1:], listed=listed)
    if body.startswith("{"):
        return Type("map", below=body[1:], atomic=atomic)
    return Type(body)


def root(api_version: str, kind: str) -> Type:
    """The type of a built-in kind; anything goes in one that is not in the table."""
    name = _table()["kinds"].get(f"{api_version}/{kind}")
    return Type("struct", name=name) if name else ANY


def unknown(value: Any, kind: Type, path: str = "") -> Iterator[str]:
    """Paths of the fields that the type does not have."""
    if isinstance(value, dict):
        for name, item in value.items():
            below = kind.field(name)
            here = f"{path}.{name}" if path else name
            if below is None:
                yield here
            else:
                yield from unknown(item, below, here)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unknown(item, kind.item(), f"{path}[{index}]")


def known(value: Any, kind: Type) -> Any:
    """A copy without the fields that the type does not have, as a decoder drops them."""
    if kind.form == "any":
        return clone(value)
    if isinstance(value, dict):
        typed = ((name, item, kind.field(name)) for name, item in value.items())
        return {name: known(item, below) for name, item, below in typed if below is not None}
    if isinstance(value, list):
        return [known(item, kind.item()) for item in value]
    return value


@dataclass(frozen=True)
class Mismatch:
    """A value of the wrong JSON type: where, what it is, and what Go wanted."""

    struct: str
    path: str
    found: str
    wanted: str


def mismatches(value: Any, kind: Type, struct: str = "", path: str = "") -> Iterator[Mismatch]:
    if value is None or kind.form == "any":
        return
    if kind.form in _SCALARS:
        wanted, go_type = _SCALARS[kind.form]
        if not isinstance(value, wanted) or (isinstance(value, bool) and kind.form != "b"):
            yield Mismatch(struct, path, _WORDS.get(type(value), "object"), go_type)
        return
    container = list if kind.form == "list" else dict
    if not isinstance(value, container):
        go_type = f"v1.{kind.name}" if kind.name else kind.form
        yield Mismatch(struct, path, _WORDS.get(type(value), "object"), go_type)
    elif isinstance(value, list):
        for item in value:
            yield from mismatches(item, kind.item(), struct, path)
    else:
        struct = kind.name or struct
        for name, item in value.items():
            here = path if kind.form == "map" else f"{path}.{name}".lstrip(".")
            yield from mismatches(item, kind.field(name) or ANY, struct, here)
