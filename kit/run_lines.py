"""A file that remembers runs: one JSON object a line, each cluster's newest last."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from kit.files import write_whole

KEPT = 30
"""Runs of a cluster: a month of nights."""


class Remembered(Protocol):
    """A dataclass that says which cluster its run was on."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def cluster(self) -> str: ...


Run = TypeVar("Run", bound=Remembered)
Read = Callable[[str, dict[str, Any]], Run]
"""From where a line stands and its object; ValueError beginning with the place."""


def read_runs(file: Path, what: str, names: Sequence[str], read: Read[Run]) -> list[Run]:
    """All of them, none where there is no file yet; ValueError for a line that is none of ours."""
    if not file.exists():
        return []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{what} {file} cannot be read: {error}") from None
    places = ((f"{file}:{number}", line) for number, line in enumerate(lines, 1) if line.strip())
    return [read(where, _object(where, line, names)) for where, line in places]


def add_run(file: Path, runs: Sequence[Run], new: Run) -> None:
    """Append, and forget the oldest of the same cluster beyond KEPT."""
    own = [*(one for one in runs if one.cluster == new.cluster), new][-KEPT:]
    kept = [*(one for one in runs if one.cluster != new.cluster), *own]
    write_whole(file, "".join(json.dumps(asdict(one)) + "\n" for one in kept))


def _object(where: str, line: str, names: Sequence[str]) -> dict[str, Any]:
    try:
        found: Any = json.loads(line)
    except ValueError:
        raise ValueError(f"{where}: this is not JSON: repair or delete the line") from None
    if not isinstance(found, dict) or set(found) != set(names):
        raise ValueError(f"{where}: expected an object of {', '.join(names)}")
    return found
