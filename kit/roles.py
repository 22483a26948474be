"""The smallest roles for a runner: one for the whole cluster, one for each namespace it must know.

What stands in manifests/runner-rbac is made of this, and of nothing else, from catalog/rights.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from catalog.rights import RBAC, Doing, Right, Where
from kit.ownership import PREFIX
from kit.preflight import NAMELESS, places

API = f"{RBAC}/v1"
ACCOUNT, HOME = "flow-conformance-runner", "flow-conformance-runner"
"""The runner's service account and its namespace."""

Manifest = dict[str, Any]


def roles(profile: str, doings: Iterable[Doing], collector: str) -> Iterator[Manifest]:
    """Each role with its binding; `collector` is the FlowCollector's namespace."""
    by_place: dict[Where, list[Right]] = {}
    for doing in doings:
        for right in doing.rights:
            by_place.setdefault(right.where, []).append(right)
    names, everywhere = places(collector), Where.EVERYWHERE
    for where in (each for each in Where if each in by_place):
        needed = by_place[where] if where is everywhere else _beyond(by_place, where)
        yield _role(f"{ACCOUNT}-{profile}", names[where], rules(needed))
        yield _binding(f"{ACCOUNT}-{profile}", names[where])


def _beyond(by_place: dict[Where, list[Right]], where: Where) -> Iterator[Right]:
    """What is not granted everywhere anyhow."""
    granted = {
        (verb, right.group, right.resource)
        for right in by_place.get(Where.EVERYWHERE, ())
        for verb in (right.verbs if not right.names else ())
    }
    for right in by_place[where]:
        mine = (right.group, right.resource)
        verbs = tuple(verb for verb in right.verbs if (verb, *mine) not in granted)
        if verbs:
            yield replace(right, verbs=verbs)


def rules(rights: Iterable[Right]) -> list[Manifest]:
    """One rule for each resource, and one more for objects that are named; verbs joined."""
    verbs: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
    for right in rights:
        for verb in right.verbs:
            names = () if verb in NAMELESS else right.names
            verbs.setdefault((right.group, right.resource, names), {})[verb] = None
    return [
        {
            "apiGroups": [group],
            "resources": [resource],
            **({"resourceNames": list(names)} if names else {}),
            "verbs": sorted(found),
        }
        for (group, resource, names), found in sorted(verbs.items())
    ]


def _role(name: str, namespace: str, granted: list[Manifest]) -> Manifest:
    kind = "Role" if namespace else "ClusterRole"
    return {"apiVersion": API, "kind": kind, "metadata": _named(name, namespace), "rules": granted}


def _binding(name: str, namespace: str) -> Manifest:
    kind = "Role" if namespace else "ClusterRole"
    return {
        "apiVersion": API,
        "kind": f"{kind}Binding",
        "metadata": _named(name, namespace),
        "roleRef": {"apiGroup": RBAC, "kind": kind, "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": HOME}],
    }


def _named(name: str, namespace: str) -> Manifest:
    labels = {"app.kubernetes.io/part-of": PREFIX}
    return {"name": name, **({"namespace": namespace} if namespace else {}), "labels": labels}
