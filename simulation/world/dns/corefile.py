"""Corefiles: server blocks with zones, a port and plugins.

Source: coredns.io/manual/configuration.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field


class BadCorefile(ValueError):
    """CoreDNS would not start with it."""


@dataclass
class Plugin:
    """A directive of a server block, with the directives of its own block."""

    name: str
    args: tuple[str, ...]
    body: list[tuple[str, ...]] = field(default_factory=list)

    def options(self, name: str) -> list[tuple[str, ...]]:
        return [line[1:] for line in self.body if line[0] == name]


@dataclass
class ServerBlock:
    """What one block serves: zones in lower case without the last dot ("" is the root)."""

    zones: tuple[str, ...]
    port: int
    plugins: list[Plugin] = field(default_factory=list)


_KEY = re.compile(r"^(?:dns://)?(?P<zone>[^:]*)(?::(?P<port>\d+))?$")


def parse(text: str, default_port: int = 53) -> list[ServerBlock]:
    lines = iter([words for line in text.splitlines() if (words := _words(line))])
    blocks: list[ServerBlock] = []
    for words in lines:
        if words[-1] != "{":
            raise BadCorefile(f"expected a server block, found: {' '.join(words)}")
        blocks.extend(_blocks(words[:-1], default_port))
        plugins = _plugins(lines)
        for block in blocks:
            block.plugins = block.plugins or plugins
    return blocks


def _words(line: str) -> list[str]:
    if line.strip().startswith("#"):
        return []
    return shlex.split(line, comments=False)


def _blocks(keys: list[str], default_port: int) -> list[ServerBlock]:
    ports: dict[int, list[str]] = {}
    for key in " ".join(keys).replace(",", " ").split():
        match = _KEY.match(key)
        if match is None:
            raise BadCorefile(f"not a zone: {key}")
        zone = match["zone"].rstrip(".").lower()
        ports.setdefault(int(match["port"] or default_port), []).append(zone)
    return [ServerBlock(tuple(zones), port) for port, zones in ports.items()]


def _plugins(lines: Iterator[list[str]]) -> list[Plugin]:
    plugins: list[Plugin] = []
    for words in lines:
        if words == ["}"]:
            return plugins
        opens = words[-1] == "{"
        plugin = Plugin(words[0], tuple(words[1:-1] if opens else words[1:]))
        plugins.append(plugin)
        if opens:
            _fill(plugin, lines)
    raise BadCorefile("a block is not closed")


def _fill(plugin: Plugin, lines: Iterator[list[str]]) -> None:
    for words in lines:
        if words == ["}"]:
            return
        plugin.body.append(tuple(words))
    raise BadCorefile(f"the block of {plugin.name} is not closed")
