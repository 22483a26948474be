"""budgets.yaml: what collecting may cost. A mistake in it is one sentence with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

import yaml

from catalog.budget_keys import BY_PATH, COSTS, KEYS, Cost
from kit.nearest import nearest
from kit.quantity import quantity
from kit.yaml_places import Place, compose, entries, text_of

SHIPPED = Path(__file__).resolve().parents[1] / "budgets.yaml"
BECAUSE, ACKNOWLEDGED = "because", "acknowledged"
SUCH_AS = {
    "cpu": "cores or millicores, such as 60 millicores",
    "size": "a size with its unit, such as 85 MB or 250 MiB",
    "share": "a share, such as 60 %",
}


@dataclass(frozen=True)
class Budget:
    """`amount` is in base units (cores, bytes, a part of 1); `text` is as the file has it."""

    key: str
    amount: float
    text: str
    because: str
    place: str


@dataclass(frozen=True)
class Acknowledged:
    """A rise that is known and meant, until that day and for that reason."""

    key: str
    until: date
    because: str
    place: str


@dataclass(frozen=True)
class Budgets:
    """All limits by key, such as `agent.cpu.heavy` or `ebpf.maps`: see catalog.budget_keys."""

    limits: Mapping[str, Budget]
    acknowledged: tuple[Acknowledged, ...] = field(default=())

    def limit(self, key: str) -> Budget:
        """KeyError for a key that no cost has."""
        return self.limits[key]


def budgets(own: Path | None = None) -> Budgets:
    """The defaults, overlaid by the user's file; ValueError with one sentence for a bad file."""
    shipped = read(SHIPPED)
    if missing := [key for key in KEYS if key not in shipped.limits]:
        raise ValueError(f"{SHIPPED.name} lacks {', '.join(missing)}")
    if own is None:
        return shipped
    found = read(own)
    limits = MappingProxyType({**shipped.limits, **found.limits})
    return Budgets(limits, (*shipped.acknowledged, *found.acknowledged))


def read(file: Path) -> Budgets:
    """One file, which need not have all groups."""
    top = dict(entries(compose(file), "budgets are a mapping of groups"))
    acknowledged = top.pop(ACKNOWLEDGED, None)
    limits = dict(_limits(top))
    if not limits and acknowledged is None:
        raise ValueError(f"{file} holds no budget: see {SHIPPED.name} for its keys")
    meant = tuple(_acknowledged(acknowledged)) if acknowledged is not None else ()
    return Budgets(MappingProxyType(limits), meant)


def _limits(groups: Mapping[str, Place]) -> Iterator[tuple[str, Budget]]:
    heads = {cost.path.partition(".")[0] for cost in COSTS}
    for head, group in groups.items():
        if head not in heads:
            raise group.key_error(f"unknown key {head!r}{nearest(head, [*heads, ACKNOWLEDGED])}")
        for name, node in entries(group, f"{head} is a mapping of costs"):
            path = f"{head}.{name}"
            if path not in BY_PATH:
                near = _siblings(head)
                raise node.key_error(f"unknown key {path!r}{nearest(path, near)}")
            yield from _group(BY_PATH[path], node)


def _siblings(head: str) -> list[str]:
    return [path for path in BY_PATH if path.startswith(f"{head}.")]


def _group(cost: Cost, group: Place) -> Iterator[tuple[str, Budget]]:
    found = dict(entries(group, f"{cost.path} is a mapping of {', '.join(cost.limits)}"))
    reason = found.pop(BECAUSE, None)
    because = text_of(reason).strip() if reason is not None else ""
    if not because:
        raise group.key_error(f"{cost.path} does not say where it comes from: add because")
    for name, node in found.items():
        if name not in cost.limits:
            known = [*cost.limits, BECAUSE]
            raise node.key_error(f"unknown key {f'{cost.path}.{name}'!r}{nearest(name, known)}")
        key = f"{cost.path}.{name}" if cost.phases else cost.path
        yield key, Budget(key, _amount(cost, key, node), text_of(node), because, node.near)


def _amount(cost: Cost, key: str, node: Place) -> float:
    text = text_of(node)
    try:
        value = quantity(text)
    except ValueError as error:
        raise node.error(f"{key}: {error}") from None
    if value.measures != cost.measures:
        raise node.error(f"{key} takes {SUCH_AS[cost.measures]}, not {text!r}")
    if value.amount <= 0:
        raise node.error(f"{key} is {text}: a budget is above zero")
    return float(value.amount)


def _acknowledged(listed: Place) -> Iterator[Acknowledged]:
    if not isinstance(listed.node, yaml.SequenceNode):
        raise listed.error("acknowledged is a list of rises")
    for item in listed.items():
        found = dict(entries(item, "an acknowledged rise is a mapping"))
        for name in ("rise", "until", BECAUSE):
            if name not in found or not text_of(found[name]).strip():
                raise item.error(f"an acknowledged rise lacks {name!r}: say rise, until, because")
        if others := [name for name in found if name not in ("rise", "until", BECAUSE)]:
            near = nearest(others[0], ("rise", "until", BECAUSE))
            raise found[others[0]].key_error(f"unknown key {others[0]!r}{near}")
        yield _rise(found)


def _rise(found: Mapping[str, Place]) -> Acknowledged:
    key = text_of(found["rise"])
    if key not in KEYS:
        raise found["rise"].error(f"no cost is called {key!r}{nearest(key, KEYS)}")
    text = text_of(found["until"])
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise found["until"].error(f"{text!r} is no date, such as 2027-01-31") from None
    return Acknowledged(key, until, text_of(found[BECAUSE]).strip(), found["rise"].near)
