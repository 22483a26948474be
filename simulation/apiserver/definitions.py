"""The custom kinds that the simulated cluster knows from the start: `simulation/crds`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from simulation.apiserver.objects import Object, clone
from simulation.apiserver.store import Store

DIRECTORY = Path(__file__).parent.parent / "crds"
CRD = "apiextensions.k8s.io/v1/CustomResourceDefinition"


@cache
def _documents() -> tuple[Object, ...]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    files = sorted(DIRECTORY.glob("*.yaml"))
    return tuple(d for file in files for d in yaml.load_all(file.read_text(), loader))


def definitions() -> list[Object]:
    """A private copy of every CustomResourceDefinition that ships with the simulation."""
    return [clone(document) for document in _documents()]


def install(store: Store) -> None:
    """Create them all."""
    for definition in definitions():
        store.create(CRD, None, definition)
