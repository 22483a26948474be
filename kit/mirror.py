"""Images from a mirror: one registry in the place of all others, for clusters without a way out.

`HOST/PATH` takes the place of an image's own registry; what follows stays, so that a mirror can be
filled by a map of two columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kit.errors import UsageError

POD_PARTS = ("containers", "initContainers", "ephemeralContainers")
DEFAULT = "docker.io"
REGISTRY = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(/[a-z0-9][a-z0-9._-]*)*")
REFERENCE = re.compile(
    r"(?P<name>([\w.-]+(:\d+)?/)?[\w./-]+)(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


@dataclass(frozen=True)
class Image:
    """A reference in its parts; `tag` and `digest` may be empty."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        return f"{self.registry}/{self.repository}"

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.name}{tag}{f'@{self.digest}' if self.digest else ''}"


def image(reference: str) -> Image:
    """ValueError for what no runtime would understand."""
    found = REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(f"{reference!r} is no image reference")
    first, slash, rest = found["name"].partition("/")
    host = bool(slash) and (set(first) & {".", ":"} != set() or first == "localhost")
    registry, repository = (first, rest) if host else (DEFAULT, found["name"])
    if registry == DEFAULT and "/" not in repository:
        repository = f"library/{repository}"
    return Image(registry, repository, found["tag"] or "", found["digest"] or "")


def mirror(text: str) -> str:
    """The registry as it was given, without a slash at its end; UsageError for anything else."""
    cleaned = text.rstrip("/")
    if not REGISTRY.fullmatch(cleaned) or not set(cleaned.partition("/")[0]) & {".", ":"}:
        raise UsageError(f"--registry wants HOST[:PORT][/PATH] without a scheme, not {text!r}")
    return cleaned


def at(registry: str, reference: str) -> str:
    """The reference as the mirror has it; unchanged without a mirror, or when it is there."""
    if not registry or reference.startswith(f"{registry}/"):
        return reference
    found = image(reference)
    registry, _, path = registry.partition("/")
    repository = f"{path}/{found.repository}" if path else found.repository
    return str(Image(registry, repository, found.tag, found.digest))


def mirrored(node: Any, registry: str) -> Any:
    """An object whose pods take their images from the mirror; the object itself is not changed."""
    if not registry:
        return node
    if isinstance(node, list):
        return [mirrored(item, registry) for item in node]
    if not isinstance(node, dict):
        return node
    changed = {key: mirrored(value, registry) for key, value in node.items()}
    for part in POD_PARTS:
        for container in changed.get(part) or ():
            if isinstance(container, dict) and "image" in container:
                container["image"] = at(registry, container["image"])
    return changed
