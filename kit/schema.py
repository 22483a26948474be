"""Holds every record that a run reads against the catalog, and remembers what was never there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.dns import RESPONSE_CODES, UNDEFINED
from catalog.fields import BY_KEY, FIELDS, STREAM_LABELS
from catalog.kinds import Field, Kind
from catalog.shape import BOUNDS, ETHERTYPES, NULL_MEANS_ABSENT, PARALLEL, STALE_KEYS
from kit.loki import Flow
from kit.verdict import Inconclusive, Verdict, met, unmet

MOST_EXAMPLES = 50
_OF_THE_STREAM = {each.key for each in STREAM_LABELS}


@dataclass
class Schema:
    """What all records together have shown; `wrong` has one example for each complaint."""

    checked: set[int] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    wrong: dict[str, str] = field(default_factory=dict)

    def take(self, flows: Sequence[Flow]) -> None:
        """Check records, each only once however often it is read."""
        for flow in flows:
            mark = hash((flow.at_ns, flow.line))
            if mark not in self.checked:
                self.checked.add(mark)
                self.seen.update(flow)
                for complaint in complaints(flow):
                    if len(self.wrong) < MOST_EXAMPLES:
                        self.wrong.setdefault(complaint, flow.line)

    def verdict(self) -> Verdict:
        """Inconclusive when nothing was read: a shape that nobody has seen is no shape."""
        if not self.checked:
            raise Inconclusive("the run has read no flow record at all")
        if not self.wrong:
            return met(f"all {len(self.checked)} records fit the catalog")
        told = "; ".join(sorted(self.wrong))
        lines = "\n".join(f"{why}:\n  {line}" for why, line in sorted(self.wrong.items()))
        return unmet(f"of {len(self.checked)} records some do not fit: {told}", lines)

    def told(self) -> dict[str, Any]:
        """For the report, and for other processes of the run."""
        return {
            "records": len(self.checked),
            "seen": sorted(self.seen),
            "wrong": dict(sorted(self.wrong.items())),
        }


def never_seen(seen: Sequence[str]) -> list[str]:
    return [each.key for each in FIELDS if each.key not in {*seen}]


def complaints(flow: Flow) -> Iterator[str]:
    """Sentences about kinds of error, alike for alike records, so that each is told once."""
    line = json.loads(flow.line)
    for key in line:
        if key in BY_KEY and BY_KEY[key].label:
            yield f"{key} is in the line and not only a label"
    for key, value in flow.items():
        known = BY_KEY.get(key)
        if known is None:
            if key not in STALE_KEYS:
                yield f"{key} is no field of the catalog"
        elif value is not None or key not in NULL_MEANS_ABSENT:
            yield from _about(known, value, key in flow.labels)
    yield from _together(flow)


def _about(known: Field, value: object, is_label: bool) -> Iterator[str]:
    if is_label and not known.label:
        yield f"{known.key} is a label of the stream"
    if not known.kind.fits(value):
        yield f"{known.key} is a {type(value).__name__} and not a {known.kind.value}"
    elif known.kind is Kind.NUMBER:
        yield from _about_number(known.key, float(value))  # type: ignore[arg-type]  # it fits


def _about_number(key: str, value: float) -> Iterator[str]:
    if not value.is_integer():
        yield f"{key} is not a whole number"
    low, high = BOUNDS.get(key, (float("-inf"), float("inf")))
    if not low <= value <= high:
        yield f"{key} is not between {low:g} and {high:g}"


def _together(flow: Flow) -> Iterator[str]:
    lengths = {len(flow[key]) for key in PARALLEL if isinstance(flow.get(key), list)}
    if len(lengths) > 1:
        yield f"{', '.join(PARALLEL)} do not have one entry for each interface"
    start, end = flow.get("TimeFlowStartMs"), flow.get("TimeFlowEndMs")
    if isinstance(start, int) and isinstance(end, int) and start > end:
        yield "TimeFlowStartMs is after TimeFlowEndMs"
    family = ETHERTYPES.get(flow.get("Etype"))
    if family and any(family != _family(flow.get(key)) for key in ("SrcAddr", "DstAddr")):
        yield f"Etype says IPv{family} and the addresses do not"
    flags, code = flow.get("DnsFlags"), flow.get("DnsFlagsResponseCode")
    if isinstance(flags, int) and code and code != _response_code(flags):
        yield "DnsFlagsResponseCode is not that of DnsFlags"


def _family(address: object) -> int:
    return 6 if ":" in str(address) else 4


def _response_code(flags: int) -> str:
    """The low four bits (RFC 1035, 4.1.1), as the agent words them."""
    codes, number = (*RESPONSE_CODES.values(),), flags & 0xF
    return codes[number] if number < len(codes) else UNDEFINED
