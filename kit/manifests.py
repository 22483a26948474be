"""Whole, valid YAML objects of a folder under manifests/, as a user could apply them by hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent / "manifests"
Manifest = dict[str, Any]


def manifests(folder: str) -> list[Manifest]:
    """Private copies of the folder's objects, in the order in which they can be applied.

    An anchor's parts are copied apart: a label added to a Deployment must not reach its template,
    where it would replace the pods.
    """
    objects: list[Manifest] = json.loads(json.dumps(_read(folder)))
    return objects


def manifest(folder: str) -> Manifest:
    """The only object of a folder."""
    (only,) = manifests(folder)
    return only


@cache
def _read(folder: str) -> list[Manifest]:
    files = sorted(path for path in (ROOT / folder).glob("*.yaml") if path.stem != "kustomization")
    if not files:
        raise ValueError(f"manifests/{folder} holds no objects")
    return [yaml.safe_load(path.read_text()) for path in files]
