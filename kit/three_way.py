"""Two have changed a spec: take out what is ours, leave what is theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Spec = Mapping[str, Any]


class _Absent:
    """A field that is not there, which is not the same as one that is null."""

    def __repr__(self) -> str:
        return "absent"


_ABSENT = _Absent()


@dataclass(frozen=True)
class Merged:
    """`kept` names each field that somebody else has set, with its value and the one before us."""

    spec: dict[str, Any]
    kept: tuple[str, ...]


def merged(original: Spec, ours: Sequence[Spec], live: Spec) -> Merged:
    """The live spec without what we have set.

    A field whose value is one that we left goes back to the original; any other value is an edit
    and stays. Lists are whole fields: whoever edits one has written all of it.
    """
    kept: list[str] = []
    spec = _merge("spec", original, [*ours], live, kept)
    assert isinstance(spec, dict)
    return Merged(spec, tuple(kept))


def _merge(path: str, original: Any, ours: list[Any], live: Any, kept: list[str]) -> Any:
    if live == original or any(live == one for one in ours):
        return original
    if isinstance(live, Mapping) and any(isinstance(one, Mapping) for one in (original, *ours)):
        return _merge_fields(path, original, ours, live, kept)
    kept.append(f"{path} is {live!r} and was {original!r}")
    return live


def _merge_fields(path: str, original: Any, ours: list[Any], live: Spec, kept: list[str]) -> Any:
    names = dict.fromkeys([*(original if isinstance(original, Mapping) else ()), *live])
    fields = {
        name: _merge(
            f"{path}.{name}",
            _field(original, name),
            [_field(one, name) for one in ours],
            live.get(name, _ABSENT),
            kept,
        )
        for name in names
    }
    left = {name: value for name, value in fields.items() if value is not _ABSENT}
    return left if left or isinstance(original, Mapping) else original


def _field(value: Any, name: str) -> Any:
    return value.get(name, _ABSENT) if isinstance(value, Mapping) else _ABSENT
