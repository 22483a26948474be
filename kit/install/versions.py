"""The one file of versions: manifests/install/versions/versions.yaml."""

from __future__ import annotations

import os
import re
from functools import cache

import yaml

from kit.errors import UsageError
from kit.manifests import ROOT

INSTALL = ROOT / "install"
OPERATOR = "NETOBSERV_VERSION"
FILE = INSTALL / "versions" / "versions.yaml"


@cache
def versions() -> dict[str, str]:
    """Names and values as the file has them; lists are words of one value.

    NETOBSERV_VERSION in the environment stands for another operator of the Helm chart, so that one
    definition of a night can run over several; UsageError when it is no version.
    """
    data: dict[str, str] = yaml.safe_load(FILE.read_text())["data"]
    return _of_operator(data, os.environ.get(OPERATOR) or data["netobserv-version"])


def _of_operator(data: dict[str, str], wanted: str) -> dict[str, str]:
    if re.fullmatch(r"\d+\.\d+\.\d+", wanted) is None:
        raise UsageError(f"{OPERATOR} wants a version such as 1.11.3, not {wanted!r}")
    shipped = data["netobserv-version"]
    images = data["netobserv-images"].replace(f"{shipped}-", f"{wanted}-")
    return data | {"netobserv-version": wanted, "netobserv-images": images}


def pinned(name: str) -> str:
    return versions()[name]
