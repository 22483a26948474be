"""The meaning of a LogQL query as plain data; `parser` makes it, `engine` and `metrics` use it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Matcher:
    """`name op value`, op one of = != =~ !~, in a stream selector or as a label filter."""

    name: str
    op: str
    value: str


@dataclass(frozen=True)
class Compare:
    """A label read as a number, duration (seconds there, nanoseconds here) or size."""

    name: str
    op: str
    value: float
    unit: str = "number"


@dataclass(frozen=True)
class Both:
    left: Filter
    right: Filter


@dataclass(frozen=True)
class Either:
    left: Filter
    right: Filter


Filter = Matcher | Compare | Both | Either


@dataclass(frozen=True)
class LineFilter:
    """One operator and its `or` chain: any of the texts, or, negated, none of them."""

    op: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Json:
    """`| json`; with expressions, pairs of label and path, only those are taken out."""

    wanted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LineFormat:
    template: str


@dataclass(frozen=True)
class LabelFormat:
    """Target, source and whether the source is a template."""

    targets: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Prune:
    """`drop` or `keep` of names (a string) or of names with a certain value (a matcher)."""

    keep: bool
    labels: tuple[str | Matcher, ...]


Stage = LineFilter | Json | LineFormat | LabelFormat | Prune | Matcher | Compare | Both | Either


@dataclass(frozen=True)
class Selection:
    """A log query."""

    matchers: tuple[Matcher, ...]
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True)
class Unwrap:
    label: str
    conversion: str = ""
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class Grouping:
    labels: tuple[str, ...]
    without: bool = False


@dataclass(frozen=True)
class RangeAggregation:
    op: str
    selection: Selection
    range_ns: int
    offset_ns: int = 0
    unwrap: Unwrap | None = None
    grouping: Grouping | None = None
    parameter: float | None = None


@dataclass(frozen=True)
class VectorAggregation:
    op: str
    inner: Metric
    grouping: Grouping | None = None
    parameter: int = 0


@dataclass(frozen=True)
class Binary:
    op: str
    left: Metric
    right: Metric
    as_bool: bool = False


@dataclass(frozen=True)
class Number:
    value: float


Metric = RangeAggregation | VectorAggregation | Binary | Number
Query = Selection | RangeAggregation | VectorAggregation | Binary | Number
