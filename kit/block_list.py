"""The Google block list of one scenario: what the lists say, the updater's runs, the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from kit import evidence
from kit.cluster import Cluster
from kit.firewall import read
from kit.google_lists import (
    DAMAGES,
    URLS,
    Lists,
    Role,
    difference,
    file,
    pinned,
    sizes,
    slug,
    staged,
)
from kit.list_server import ListServer, see_that_it_serves
from kit.outside import Outside
from kit.patience import DOWNLOAD_REFUSED
from kit.updater import NAME, Run, Updater
from kit.verdict import Unmet, Verdict, met, unmet

Object = Mapping[str, Any]

DOWNLOAD = 3
"""Exit code of an updater that could not have a list. Source: its README."""

STAGED_FLOORS = {"MIN_GOOG_PREFIXES": "3", "MIN_CLOUD_PREFIXES": "3"}
SHOWN = 8
LAST = ["0.0.0.0/0", "::/0"]
MISSING, SMALLER = "missing", "far smaller"
BROKEN = (*DAMAGES, MISSING, SMALLER)
SIMULATED = "lists served in the cluster; responders on node addresses stand for Google and others"


@dataclass
class BlockList:
    """One target namespace, that of `outside`, and the updater that looks after it."""

    outside: Outside
    updater: Updater
    server: ListServer
    lists: Lists | None = field(default=None, init=False)
    before: Object | None = field(default=None, init=False)
    _broken: dict[str, str] = field(default_factory=dict, init=False)

    @property
    def target(self) -> str:
        return self.outside.clients.namespace

    @property
    def cluster(self) -> Cluster:
        return self.outside.stage.cluster

    def say(self, roles: Mapping[int, Role]) -> None:
        """Lists in which the responders play these roles; the others are other sites."""
        sites = self.server.sites
        told = [roles.get(index, Role.OTHER) for index in range(len(sites))]
        self.take(staged(sites, told), SIMULATED)

    def take_pinned(self) -> None:
        self.take(pinned(), SIMULATED)

    def take(self, lists: Lists, whence: str) -> None:
        self.lists = lists
        evidence.fact("Google's lists", whence)
        evidence.attach("Google's lists", {"goog": len(lists.goog), "cloud": len(lists.cloud)})

    def damage(self, which: str, damage: str) -> None:
        """One list, goog or cloud, is broken from now on."""
        self._broken = {URLS[which]: self.server.url(file(which, slug(damage)))}

    def has_run(self) -> None:
        succeeded(self.run())
        self.before = self.firewall()

    def run(self, others: Mapping[str, str] | None = None) -> Run:
        """With the staged settings, and others in place of them."""
        self.updater.admit_to(self.target)
        return self._run(self.updater, self.target, others)

    def run_for_both(self, neighbour: Outside) -> Run:
        """One run for two namespaces."""
        namespaces = self.target, neighbour.clients.namespace
        for namespace in namespaces:
            self.updater.admit_to(namespace)
        neighbour.changed_by_another()
        return self._run(self.updater, ",".join(namespaces))

    def run_inside(self) -> Run:
        """From the namespace that is itself behind the list; one short attempt is enough."""
        inside = Updater(self.cluster, self.outside.stage.waiting, self.target, self.updater.own)
        inside.admit_to(self.target)
        timeout = DOWNLOAD_REFUSED / inside.waiting.speed + (0.6 if inside.waiting.speed > 1 else 0)
        hurried = {"ATTEMPTS": "1", "TIMEOUT_SECONDS": f"{timeout:.2f}"}
        return self._run(inside, self.target, hurried)

    def run_for(self, namespace: str) -> Run:
        return self._run(self.updater, namespace)

    def _run(self, updater: Updater, target: str, others: Mapping[str, str] | None = None) -> Run:
        assert self.lists is not None, "no step has said what Google's lists say"
        told = self._staged() if self.lists.served else {}
        settings = {**told, **(others or {}), **self._broken}
        old = networks(self.firewall())
        run = updater.run({**settings, "TARGET_NAMESPACES": target})
        self.outside.changed_by_another()
        self._attach_changes(old)
        whole = self.lists.served and not self._broken
        if run.exit_code == DOWNLOAD and whole and updater is self.updater:
            see_that_it_serves(self.outside.stage.clients, self.server)
        return run

    def _staged(self) -> dict[str, str]:
        assert self.lists is not None
        return {**STAGED_FLOORS, **self.server.settings(self.lists)}

    def _attach_changes(self, old: Sequence[str]) -> None:
        new = networks(self.firewall())
        for title, found, other in (("rules added", new, old), ("rules removed", old, new)):
            changed = [rule for rule in found if rule not in set(other)]
            evidence.attach(f"{title}: {len(changed)}", "\n".join(changed) or "none")

    # The rules

    def firewall(self, namespace: str = "") -> Object | None:
        return read(self.cluster, namespace or self.target)()

    def exact(self) -> Verdict:
        """Deny what is left of the lists, network by network, then Allow both families."""
        assert self.lists is not None
        wanted = [*(f"Deny {text}" for text in self.lists.left()), *(f"Allow {n}" for n in LAST)]
        found = networks(self.firewall())
        if found == wanted:
            return met(f"{len(found)} rules, as worked out from the lists")
        return unmet(*_told(found, wanted))

    def counts(self) -> dict[str, int]:
        rules = networks(self.firewall())
        denied = [ip_network(rule.split()[1]) for rule in rules if rule.startswith("Deny ")]
        return {
            "rules": len(rules),
            "denied IPv4 networks": sum(network.version == 4 for network in denied),
            "denied IPv6 networks": sum(network.version == 6 for network in denied),
            "denied IPv4 addresses": sum(n.num_addresses for n in denied if n.version == 4),
        }

    def denies(self, address: str) -> bool:
        """Whether the first rule that holds the address denies it."""
        found = ip_address(address)
        for rule in networks(self.firewall()):
            permission, _, network = rule.partition(" ")
            if found in ip_network(network):
                return permission == "Deny"
        return False

    def unchanged(self) -> Verdict:
        """The very object of before: neither its rules nor its versions have moved."""
        old, new = self.before, self.firewall()
        if old is None or new is None:
            return unmet("the namespace has no firewall")
        for key in ("uid", "generation", "resourceVersion", "annotations"):
            was, now = old["metadata"].get(key), new["metadata"].get(key)
            if was != now:
                return unmet(f"metadata.{key} was {was} and is {now}")
        return met() if old["spec"] == new["spec"] else unmet("the rules differ")

    def may(self, verb: str, resource: str, namespace: str) -> bool:
        """Whether the updater's service account has a right, as the API server says."""
        group, _, plural = resource.rpartition("/")
        home = self.updater.namespace
        asked = {"verb": verb, "group": group, "resource": plural, "namespace": namespace}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "metadata": {},
            "spec": {
                "user": f"system:serviceaccount:{home}:{NAME}",
                "groups": ["system:serviceaccounts", f"system:serviceaccounts:{home}"],
                "resourceAttributes": asked,
            },
        }
        return bool(self.cluster.create(review)["status"]["allowed"])


def networks(firewall: Object | None) -> list[str]:
    """The rules as `Deny 192.0.2.0/24`, in their order."""
    rules = (firewall or {}).get("spec", {}).get("egress", ())
    return [f"{rule['type']} {rule['to'].get('cidrSelector', rule['to'])}" for rule in rules]


def _told(found: Sequence[str], wanted: Sequence[str]) -> tuple[str, str]:
    """What the difference means for addresses, then rule by rule."""
    denied, due = ([rule[5:] for rule in rules if rule[:5] == "Deny "] for rules in (found, wanted))
    over, under = sizes(difference(denied, due)), sizes(difference(due, denied))
    because = (
        f"{len(found)} rules, {len(wanted)} expected: they deny {over} too many "
        f"and leave {under} open"
    )
    sides = {"missing": (wanted, found), "extra": (found, wanted)}
    lines = []
    for word, (these, those) in sides.items():
        rules = [rule for rule in these if rule not in set(those)]
        lines += [f"{word}: {rule}" for rule in rules[:SHOWN]]
        lines += [f"{word}: {len(rules) - SHOWN} more"] if len(rules) > SHOWN else []
    return because, "\n".join(lines) or "the same rules in another order"


def succeeded(run: Run) -> None:
    if run.exit_code != 0:
        raise Unmet(f"the updater ended with {run.exit_code}: {run.reason}", run.told)


def failed(run: Run, words: str) -> None:
    if run.exit_code == 0:
        raise Unmet("the updater ended with 0, expected it to fail", run.told)
    if words not in run.reason:
        raise Unmet(f"the updater failed, but not since {words!r}: {run.reason}", run.told)


def need(fulfilled: Callable[[], Verdict]) -> None:
    verdict = fulfilled()
    if not verdict.met:
        raise Unmet(verdict.because, verdict.detail)
