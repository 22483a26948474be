"""The EgressFirewall that a namespace should have, and what changes when it gets it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from api import API_VERSION, MANAGER, Json
from lists import PublishedList
from prefixes import AddressSet
from settings import Exit, Problem, Settings

GOOG, CLOUD, LISTED = (f"{MANAGER}/{name}" for name in ("goog", "cloud", "listed-rules"))
"""Annotations: entries of each list, and how many Deny rules (the last ones) came from them."""

EVERYWHERE = ("0.0.0.0/0", "::/0")
LINES_PER_SIDE = 50


@dataclass(frozen=True)
class Wanted:
    """What every namespace should hold: the lists, and what is left of them to deny."""

    goog: PublishedList
    cloud: PublishedList
    blocked: AddressSet
    rules: tuple[Json, ...]
    annotations: dict[str, str]

    def firewall(self, namespace: str) -> Json:
        metadata = {"name": "default", "namespace": namespace, "annotations": self.annotations}
        spec = {"egress": list(self.rules)}
        kind = {"apiVersion": API_VERSION, "kind": "EgressFirewall"}
        return {**kind, "metadata": metadata, "spec": spec}


def wanted(goog: PublishedList, cloud: PublishedList, settings: Settings) -> Wanted:
    """Everything in goog that is not in cloud, denied; Problem if that is nothing or too much."""
    blocked = goog.addresses - cloud.addresses
    listed = blocked.prefixes()
    if not listed:
        why = "cloud.json covers all of goog.json, so that nothing would be denied"
        raise Problem(Exit.BAD_LIST, f"{why}: the rules in force were left as they are")
    rules = (
        *(_rule("Allow", network) for network in settings.allowed),
        *(_rule("Deny", network) for network in (*settings.denied, *listed)),
        *(_rule("Allow", network) for network in EVERYWHERE),
    )
    if len(rules) > settings.max_rules:
        why = f"{len(rules)} rules are needed and MAX_RULES allows {settings.max_rules}"
        raise Problem(Exit.TOO_MANY_RULES, f"{why}: the rules in force were left as they are")
    counts = {GOOG: goog.entries, CLOUD: cloud.entries, LISTED: len(listed)}
    return Wanted(goog, cloud, blocked, rules, {key: str(n) for key, n in counts.items()})


def same(current: Json | None, target: Wanted) -> bool:
    """Whether applying would change nothing."""
    marks = marks_of(current)
    told = all(marks.get(key) == value for key, value in target.annotations.items())
    return told and rules_of(current) == list(target.rules)


def check_change(namespace: str, current: Json | None, target: Wanted, settings: Settings) -> None:
    """Refuse lists that lost much, or that move much, against those last applied here."""
    marks = marks_of(current)
    for key, now in ((GOOG, target.goog.entries), (CLOUD, target.cloud.entries)):
        before = _number(marks.get(key))
        if before and (before - now) * 100 > before * settings.max_shrink_percent:
            name = key.rpartition("/")[2] + ".json"
            what = f"{name} shrank from {before} to {now} entries since {namespace} was updated"
            raise _too_much(what, f"MAX_SHRINK_PERCENT={settings.max_shrink_percent:g}")
    if _number(marks.get(LISTED)):
        _check_addresses(namespace, _listed(current), target.blocked, settings)


def _check_addresses(namespace: str, old: AddressSet, new: AddressSet, settings: Settings) -> None:
    families = zip(("IPv4", "IPv6"), old.sizes(), new.changed_from(old), strict=True)
    for family, before, changed in families:
        if before and changed * 100 > before * settings.max_change_percent:
            percent = f"{changed * 100 / before:.1f} %"
            what = f"the {family} addresses denied in {namespace} would change by {percent}"
            raise _too_much(what, f"MAX_CHANGE_PERCENT={settings.max_change_percent:g}")


def difference(current: Json | None, target: Wanted) -> list[str]:
    """What applying changes, as lines for people."""
    old, new = _described(rules_of(current)), _described(target.rules)
    added = [rule for rule in new if rule not in set(old)]
    removed = [rule for rule in old if rule not in set(new)]
    summary = f"{len(added)} rules added, {len(removed)} removed, {len(new)} in all"
    order = [] if added or removed else ["only order or annotations change"]
    return [summary, *order, *_some("+", added), *_some("-", removed)]


def rules_of(current: Json | None) -> list[Json]:
    """The rules of an object as the API gave it."""
    rules = ((current or {}).get("spec") or {}).get("egress")
    return rules if isinstance(rules, list) else []


def marks_of(current: Json | None) -> dict[str, str]:
    return ((current or {}).get("metadata") or {}).get("annotations") or {}


def _listed(current: Json | None) -> AddressSet:
    """The addresses that came from Google's lists: the last Deny rules, as many as were noted."""
    networks = [
        rule["to"]["cidrSelector"]
        for rule in rules_of(current)
        if rule.get("type") == "Deny" and "cidrSelector" in rule.get("to", {})
    ]
    count = _number(marks_of(current).get(LISTED))
    return AddressSet.of(filter(_usable, networks[-count:]))


def _usable(network: str) -> bool:
    """Rules edited by hand may hold anything that the API server lets pass."""
    try:
        AddressSet.of([network])
    except ValueError:
        return False
    return True


def _rule(kind: str, network: str) -> Json:
    return {"type": kind, "to": {"cidrSelector": network}}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _too_much(what: str, setting: str) -> Problem:
    advice = f"more than {setting} permits; if that is genuine, raise it for one run"
    return Problem(
        Exit.TOO_MUCH_CHANGE, f"{what}, {advice} (the rules in force were left as they are)"
    )


def _described(rules: Iterable[Json]) -> list[str]:
    return [_describe(rule) for rule in rules]


def _describe(rule: Json) -> str:
    target = rule.get("to")
    if set(rule) == {"type", "to"} and isinstance(target, dict) and set(target) == {"cidrSelector"}:
        return f"{rule['type']} {target['cidrSelector']}"
    return json.dumps(rule, sort_keys=True)


def _some(sign: str, rules: list[str]) -> list[str]:
    shown = [f"{sign} {rule}" for rule in rules[:LINES_PER_SIDE]]
    more = len(rules) - len(shown)
    return [*shown, f"{sign} and {more} more"] if more else shown
