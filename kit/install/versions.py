"""The one file of versions: manifests/install/versions/versions.yaml."""

from __future__ import annotations

from functools import cache

import yaml

from kit.manifests import ROOT

INSTALL = ROOT / "install"
FILE = INSTALL / "versions" / "versions.yaml"


@cache
def versions() -> dict[str, str]:
    """Names and values as the file has them; lists are words of one value."""
    data: dict[str, str] = yaml.safe_load(FILE.read_text())["data"]
    return data


def pinned(name: str) -> str:
    return versions()[name]
