"""What a scenario asks of the FlowCollector, and how such wishes share one configuration."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.features import BY_NAME
from catalog.flow_filter import MOST_RULES
from kit import filter_rules
from kit.filter_rules import EVERYTHING, Filter
from kit.traffic import End

EVERY_PACKET = 1
"""The sampling under which a single flow can be asserted; at N, N-1 of N packets leave no trace."""


@dataclass(frozen=True)
class Wish:
    """Features that must be on, features that must be off; the rest does not matter.

    `unprivileged` are features that are asked for while the agents must not be privileged.
    `filters` are rules about a server each; a filter hides all other traffic, so whoever wants one
    shares no configuration with those who do not.
    """

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    unprivileged: frozenset[str] = frozenset()
    filters: frozenset[Filter] = frozenset()

    def __post_init__(self) -> None:
        if both := sorted((self.on | self.unprivileged) & self.off):
            raise ValueError(f"{', '.join(both)} cannot be on and off at once")
        if privileged := self._privileged():
            raise ValueError(f"{', '.join(privileged)} cannot work without privileges")

    def agrees_with(self, other: Wish) -> bool:
        if bool(self.filters) != bool(other.filters) or not self._has_room_for(other):
            return False
        try:
            return bool(self.merged(other))
        except ValueError:
            return False

    def merged(self, other: Wish) -> Wish:
        return Wish(
            self.on | other.on,
            self.off | other.off,
            self.unprivileged | other.unprivileged,
            self.filters | other.filters,
        )

    def holds(self, other: Wish) -> bool:
        return self.agrees_with(other) and self.merged(other) == self

    def _privileged(self) -> list[str]:
        if not self.unprivileged:
            return []
        return sorted(name for name in self.on if BY_NAME[name].privileged)

    def _has_room_for(self, other: Wish) -> bool:
        wanted = {EVERYTHING, *self.filters, *other.filters}
        return sum(len(rules) for rules in wanted) <= MOST_RULES


@dataclass(frozen=True)
class Configuration:
    """The part of a FlowCollector's spec that the suite sets."""

    features: tuple[str, ...] = ()
    sampling: int = EVERY_PACKET
    unprivileged: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    rules: tuple[tuple[filter_rules.Setting, ...], ...] = ()
    """What the filters are once the addresses of their servers are known."""

    @property
    def privileged(self) -> bool:
        return any(BY_NAME[name].privileged for name in self.features)

    def limited_to(self, offered: Collection[str]) -> Configuration:
        """The same without features that this cluster lacks: their scenarios are skipped, and a
        feature that the API does not know, or that no kernel hook serves, would stop all others."""
        return replace(self, features=tuple(name for name in self.features if name in offered))

    def resolved(self, servers: Sequence[End], networks: Mapping[str, str]) -> Configuration:
        """The same about real servers, one for each filter; `networks` are pods' by node."""
        rules = [
            tuple(rule.spec(server, networks).items())
            for server, about in zip(servers, self.filters, strict=True)
            for rule in about
        ]
        return replace(self, rules=tuple(rules))

    def spec(self) -> dict[str, Any]:
        asked = [*self.features, *self.unprivileged]
        ebpf: dict[str, Any] = {"features": sorted(asked), "sampling": self.sampling}
        if self.privileged or self.unprivileged:
            ebpf["privileged"] = self.privileged
        ebpf["flowFilter"] = self._flow_filter()
        return {"agent": {"ebpf": ebpf}}

    def _flow_filter(self) -> dict[str, Any]:
        """Off in so many words: the user's own filter would hide what scenarios look for."""
        if not self.filters:
            return {"enable": False}
        if not self.rules:
            raise ValueError("the servers of this configuration's filter are not known yet")
        return {"enable": True, "rules": [dict(rule) for rule in self.rules]}

    def environment(self) -> dict[str, str | None]:
        """What the agents' environment shows when they run this; None for what must not be true."""
        shown: dict[str, str | None] = {"SAMPLING": str(self.sampling)}
        shown["ENABLE_FLOW_FILTER"] = "true" if self.filters else None
        for feature in BY_NAME.values():
            if feature.name not in ("EbpfManager", *self.unprivileged):
                shown[feature.switch] = "true" if feature.name in self.features else None
        return shown

    def is_shown_by(self, environment: Mapping[str, str]) -> bool:
        programmed = environment.get("FLOW_FILTER_RULES", "")
        if not all(str(dict(rule)["cidr"]) in programmed for rule in self.rules):
            return False
        return all(
            environment.get(name) == value
            if value is not None
            else environment.get(name, "false") != "true"
            for name, value in self.environment().items()
        )

    def said(self) -> str:
        text = f"{', '.join(self.features) or 'no feature'} at sampling {self.sampling}"
        if self.unprivileged:
            text += f", {', '.join(self.unprivileged)} without privileges"
        return f"{text}, filtered by: {filter_rules.said(self.filters)}" if self.filters else text


def merge(wishes: Iterable[Wish]) -> list[Wish]:
    """Few wishes that grant all, found greedily: each of the given agrees with one of them."""
    merged: list[Wish] = []
    for wish in sorted(set(wishes), key=_order):
        for index, group in enumerate(merged):
            if group.agrees_with(wish):
                merged[index] = group.merged(wish)
                break
        else:
            merged.append(wish)
    return merged


def _order(wish: Wish) -> tuple[object, ...]:
    """Most wanted first, those without a filter before the rest, and no accident about it."""
    said = sorted(filter_rules.said([one]) for one in wish.filters)
    return said, -len(wish.on), sorted(wish.on), sorted(wish.off), sorted(wish.unprivileged)


def holding(wish: Wish, groups: Iterable[Wish]) -> list[Wish]:
    """The merged groups that serve a wish, of which there is one at least."""
    found = [group for group in groups if group.holds(wish)]
    if not found:
        raise ValueError(f"no configuration serves {sorted(wish.on)} without {sorted(wish.off)}")
    return found


def grant(wish: Wish, groups: Iterable[Wish]) -> Configuration:
    """The first configuration that serves a wish."""
    return configuration(holding(wish, groups)[0])


def configuration(group: Wish) -> Configuration:
    others = sorted(group.filters - {EVERYTHING}, key=lambda one: filter_rules.said([one]))
    return Configuration(
        tuple(sorted(group.on)),
        unprivileged=tuple(sorted(group.unprivileged)),
        filters=(EVERYTHING, *others) if group.filters else (),
    )
