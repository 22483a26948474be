"""YAML whose nodes know their file and line, so that a mistake can be told with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Place:
    """A node of a file; `key` is the line of the key it belongs to, if any. Lines count from 1."""

    file: Path
    node: yaml.Node
    key: int = 0

    @property
    def at(self) -> str:
        return f"{self.file}:{self.node.start_mark.line + 1}"

    @property
    def near(self) -> str:
        """The same without folders, for reports."""
        return f"{self.file.name}:{self.node.start_mark.line + 1}"

    def error(self, says: str) -> ValueError:
        return ValueError(f"{self.at}: {says}")

    def key_error(self, says: str) -> ValueError:
        return ValueError(f"{self.file}:{self.key}: {says}") if self.key else self.error(says)

    def items(self) -> Iterator[Place]:
        """The items of a list."""
        for item in self.node.value:
            yield Place(self.file, item)


def compose(file: Path) -> Place:
    """The top of a file; ValueError with one sentence when it cannot be read or is not YAML."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file} is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"{file}:{line}: this is not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{file} is not YAML: {' '.join(str(error).split())}") from None
    if node is None:
        raise ValueError(f"{file} is empty")
    return Place(file, node)


def entries(place: Place, says: str) -> Iterator[tuple[str, Place]]:
    """The keys and values of a mapping; a key that is there twice would silently win."""
    if not isinstance(place.node, yaml.MappingNode):
        raise place.error(says)
    seen: dict[str, int] = {}
    for key, value in place.node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in seen:
            raise ValueError(f"{place.file}:{line}: {name!r} is there already in line {seen[name]}")
        seen[name] = line
        yield name, Place(place.file, value, line)


def text_of(place: Place) -> str:
    """A scalar as it stands in the file, whatever YAML would make of it."""
    if not isinstance(place.node, yaml.ScalarNode):
        raise place.error("expected one value here, not a list or a mapping")
    return str(place.node.value)
