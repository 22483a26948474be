"""What a flow field can hold, and in which unit; the shapes are upstream's, not Python's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from enum import Enum
from types import MappingProxyType


class Kind(Enum):
    """The JSON shape of a field in a flow record."""

    TEXT = "text"
    NUMBER = "number"
    TEXTS = "list of texts"
    NUMBERS = "list of numbers"
    OBJECTS = "list of objects"

    def fits(self, value: object) -> bool:
        """Whether a decoded JSON value has this shape (`true` is not a number)."""
        if self in _LISTS:
            return isinstance(value, list) and all(_LISTS[self].fits_one(item) for item in value)
        return self.fits_one(value)

    def fits_one(self, value: object) -> bool:
        if self is Kind.TEXT:
            return isinstance(value, str)
        if self is Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        return isinstance(value, dict)


_LISTS = {Kind.TEXTS: Kind.TEXT, Kind.NUMBERS: Kind.NUMBER, Kind.OBJECTS: Kind.OBJECTS}


class Unit(Enum):
    """The unit of a number on the wire: what it measures, and how many base units it is."""

    NANOSECONDS = ("time", 1e-9)
    MILLISECONDS = ("time", 1e-3)
    SECONDS = ("time", 1.0)
    BYTES = ("size", 1.0)

    @property
    def measures(self) -> str:
        return self.value[0]

    @property
    def in_base_units(self) -> float:
        return self.value[1]


@dataclass(frozen=True)
class Field:
    """One key of a flow record.

    `label` fields are Loki stream labels: they are taken out of the JSON line and are always text.
    `feature` is the FlowCollector feature that adds the field; None means every record may have it.
    `words` are names for raw values that people do not read as they are: 6 is TCP.
    """

    key: str
    phrase: str
    kind: Kind
    unit: Unit | None = None
    label: bool = False
    feature: str | None = None
    words: Mapping[str, str | int] = default(default_factory=lambda: MappingProxyType({}))
