"""Sets of addresses as sorted ranges of integers: read, subtract, and written back as prefixes.

A range is (first, last + 1). Ranges of one set never overlap or touch, so equal sets are equal
tuples and the prefixes that come out are the fewest possible, always in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class AddressSet:
    """A set of IPv4 and IPv6 addresses."""

    v4: Ranges = ()
    v6: Ranges = ()

    @classmethod
    def of(cls, networks: Iterable[str]) -> AddressSet:
        """The union of networks in CIDR form; ValueError names the first that is none."""
        v4: list[tuple[int, int]] = []
        v6: list[tuple[int, int]] = []
        for text in networks:
            (v6 if ":" in text else v4).append(bounds(text))
        return cls(_merged(v4), _merged(v6))

    def __sub__(self, other: AddressSet) -> AddressSet:
        return AddressSet(_subtracted(self.v4, other.v4), _subtracted(self.v6, other.v6))

    def prefixes(self) -> list[str]:
        """The fewest CIDRs that hold exactly this set: IPv4 first, each family ascending."""
        v4 = (f"{IPv4Address(start)}/{bits}" for start, bits in _split(self.v4, 32))
        v6 = (f"{IPv6Address(start)}/{bits}" for start, bits in _split(self.v6, 128))
        return [*v4, *v6]

    def sizes(self) -> tuple[int, int]:
        """How many addresses of each family."""
        return _size(self.v4), _size(self.v6)

    def changed_from(self, old: AddressSet) -> tuple[int, int]:
        """How many addresses of each family came or went."""
        came, went = (self - old).sizes(), (old - self).sizes()
        return came[0] + went[0], came[1] + went[1]


def bounds(text: str) -> tuple[int, int]:
    """The range of one network, which must be written as an address, a slash and a length."""
    network = (IPv6Network if ":" in text else IPv4Network)(text)
    length = text.rpartition("/")[2]
    if "%" in text or not length.isdecimal() or "/" not in text:
        raise ValueError(f"{text!r} is not an address, a slash and a prefix length")
    start = int(network.network_address)
    return start, start + (1 << (network.max_prefixlen - network.prefixlen))


def _merged(ranges: list[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _subtracted(ranges: Ranges, holes: Ranges) -> Ranges:
    """Both are sorted, so one walk over each is enough."""
    left: list[tuple[int, int]] = []
    at = 0
    for first, end in ranges:
        start = first
        while at < len(holes) and holes[at][1] <= start:
            at += 1
        ahead = at
        while ahead < len(holes) and holes[ahead][0] < end:
            if holes[ahead][0] > start:
                left.append((start, holes[ahead][0]))
            start = holes[ahead][1]
            ahead += 1
        if start < end:
            left.append((start, end))
        at = max(at, ahead - 1)
    return tuple(left)


def _split(ranges: Ranges, width: int) -> Iterator[tuple[int, int]]:
    """Cut each range into the largest aligned blocks: (first address, prefix length)."""
    for first, end in ranges:
        start = first
        while start < end:
            aligned = (start & -start).bit_length() - 1 if start else width
            fitting = (end - start).bit_length() - 1
            size = min(aligned, fitting)
            yield start, width - size
            start += 1 << size


def _size(ranges: Ranges) -> int:
    return sum(end - start for start, end in ranges)
