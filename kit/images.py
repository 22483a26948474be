"""The images that the suite's objects run: what an air-gapped cluster has to mirror."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from kit.manifests import ROOT


def images() -> list[str]:
    """Every image reference under manifests/, once, sorted."""
    documents = (
        document
        for file in sorted(ROOT.rglob("*.yaml"))
        for document in yaml.safe_load_all(file.read_text())
    )
    return sorted({image for document in documents for image in _found(document)})


def _found(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "image" in node and isinstance(node["image"], str):
            yield node["image"]
        for value in node.values():
            yield from _found(value)
    elif isinstance(node, list):
        for value in node:
            yield from _found(value)
