"""Whether the user may do all that a run does: asked of the API server before anything is touched.

By SelfSubjectAccessReview, which changes nothing and which everybody may ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from catalog.rights import Doing, Right, Where
from catalog.upstream import PRIVILEGED_SUFFIX, SETTINGS_NAMESPACE
from kit.cluster import Cluster
from kit.prometheus_finding import THANOS_SPACE
from kit.verdict import Inconclusive

AT_ONCE = 8
NAMELESS = ("create", "list")
"""Verbs of which a role cannot say about which object."""

FOLDER = "manifests/runner-rbac"


@dataclass(frozen=True)
class Lacking:
    """One right of which some verbs are missing."""

    right: Right
    verbs: tuple[str, ...]

    def said(self) -> str:
        return Right(self.verbs, *_rest(self.right)).said()


def places(home: str, loki: str = "") -> dict[Where, str]:
    """The namespaces that rights speak of, by the collector's and, if it is another, Loki's."""
    return {
        Where.EVERYWHERE: "",
        Where.COLLECTOR: home,
        Where.AGENTS: f"{home}{PRIVILEGED_SUFFIX}",
        Where.SETTINGS: SETTINGS_NAMESPACE,
        Where.LOKI: loki or home,
        Where.MONITORING: THANOS_SPACE,
    }


def demand(cluster: Cluster, doings: Iterable[Doing], home: str, loki: str = "") -> None:
    """Inconclusive with all that is missing, at once."""
    rights = tuple(dict.fromkeys(right for doing in doings for right in doing.rights))
    found = lacking(cluster, rights, home, loki)
    if found:
        told = "\n".join(f"  {each.said()}" for each in found)
        raise Inconclusive(
            f"the user of context {cluster.target.context!r} lacks {len(found)} of the rights "
            f"that the selected scenarios need, so nothing was touched: grant them ({FOLDER} "
            f"holds a role for each profile)\n{told}"
        )


def lacking(cluster: Cluster, rights: Iterable[Right], home: str, loki: str = "") -> list[Lacking]:
    """In the order of the rights, each only with the verbs that are missing."""
    where = places(home, loki)
    asked = [(right, verb, name) for right in rights for verb, name in _asked(right)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(partial(_may, cluster, where), asked))
    missing: dict[Right, dict[str, None]] = {}
    for (right, verb, _), may in zip(asked, answers, strict=True):
        if not may:
            missing.setdefault(right, {})[verb] = None
    return [Lacking(right, tuple(verbs)) for right, verbs in missing.items()]


def _asked(right: Right) -> Iterator[tuple[str, str]]:
    for verb in right.verbs:
        for name in right.names if verb not in NAMELESS and right.names else ("",):
            yield verb, name


def _may(cluster: Cluster, where: Mapping[Where, str], asked: tuple[Right, str, str]) -> bool:
    right, verb, name = asked
    resource, _, part = right.resource.partition("/")
    place = where[right.where]
    return cluster.can(verb, right.group, resource, place, name=name, subresource=part)


def _rest(right: Right) -> tuple[str, str, Where, tuple[str, ...]]:
    return right.group, right.resource, right.where, right.names
