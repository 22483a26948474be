"""Prometheus text as a scraper reads it: the simple half that our own endpoints write."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulation.prometheus.series import Sample

_LINE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:{(.*)})? (\S+)$", re.M)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


def read(text: str) -> Iterator[Sample]:
    """Labels without a value are left out, as Prometheus does."""
    for name, labels, value in _LINE.findall(text):
        found = tuple((key, said) for key, said in _LABEL.findall(labels) if said)
        yield name, found, float(value)
