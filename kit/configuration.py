"""What a scenario asks of the FlowCollector, and how such wishes share one configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.features import BY_NAME

EVERY_PACKET = 1
"""The sampling under which a single flow can be asserted; at N, N-1 of N packets leave no trace."""


@dataclass(frozen=True)
class Wish:
    """Features that must be on, features that must be off; the rest does not matter."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if both := sorted(self.on & self.off):
            raise ValueError(f"{', '.join(both)} cannot be on and off at once")

    def agrees_with(self, other: Wish) -> bool:
        return not (self.on & other.off or self.off & other.on)

    def merged(self, other: Wish) -> Wish:
        return Wish(self.on | other.on, self.off | other.off)


@dataclass(frozen=True)
class Configuration:
    """The part of a FlowCollector's spec that the suite sets."""

    features: tuple[str, ...] = ()
    sampling: int = EVERY_PACKET

    @property
    def privileged(self) -> bool:
        return any(BY_NAME[name].privileged for name in self.features)

    def spec(self) -> dict[str, Any]:
        ebpf: dict[str, Any] = {"features": list(self.features), "sampling": self.sampling}
        if self.privileged:
            ebpf["privileged"] = True
        return {"agent": {"ebpf": ebpf}}

    def environment(self) -> dict[str, str | None]:
        """What the agents' environment shows when they run this; None for what must not be true."""
        shown: dict[str, str | None] = {"SAMPLING": str(self.sampling)}
        for feature in BY_NAME.values():
            if feature.name != "EbpfManager":
                shown[feature.switch] = "true" if feature.name in self.features else None
        return shown

    def is_shown_by(self, environment: Mapping[str, str]) -> bool:
        return all(
            environment.get(name) == value
            if value is not None
            else environment.get(name, "false") != "true"
            for name, value in self.environment().items()
        )

    def said(self) -> str:
        return f"{', '.join(self.features) or 'no feature'} at sampling {self.sampling}"


def merge(wishes: Iterable[Wish]) -> list[Wish]:
    """Few wishes that grant all, found greedily: each of the given agrees with one of them."""
    merged: list[Wish] = []
    for wish in sorted(set(wishes), key=lambda w: (-len(w.on), sorted(w.on), sorted(w.off))):
        for index, group in enumerate(merged):
            if group.agrees_with(wish):
                merged[index] = group.merged(wish)
                break
        else:
            merged.append(wish)
    return merged


def grant(wish: Wish, groups: Iterable[Wish]) -> Configuration:
    """The configuration that serves a wish: the first merged group that holds all of it."""
    for group in groups:
        if wish.on <= group.on and wish.off <= group.off:
            return Configuration(tuple(sorted(group.on)))
    raise ValueError(f"no configuration serves {sorted(wish.on)} without {sorted(wish.off)}")
