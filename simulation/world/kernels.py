"""What a privileged program sees of its node's kernel; somebody else fills it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]
HOST = ""
"""The name of the host's own network namespace, which has none under /var/run/netns."""


class Kernel(Protocol):
    """Rows as bpftool and ip write them."""

    def namespaces(self) -> list[str]: ...
    def programs(self) -> list[Json]: ...
    def maps(self) -> list[Json]: ...
    def links(self) -> list[Json]: ...
    def perf(self) -> list[Json]: ...
    def net(self, namespace: str) -> list[Json]: ...
    def interfaces(self, namespace: str) -> list[Json]: ...


def _nobody(node: str) -> Kernel | None:
    del node
    return None


@dataclass
class Kernels:
    """Finds a node's kernel."""

    of: Callable[[str], Kernel | None] = field(default=_nobody)
