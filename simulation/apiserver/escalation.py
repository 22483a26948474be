"""Nobody gives away more than they have: roles and bindings, held against the writer's own rights.

Source: kubernetes pkg/registry/rbac/{role,rolebinding}/policybased and validation/rule.go: each
verb on each resource of a rule must be covered; `escalate` and `bind` are the ways around.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from simulation.apiserver.access import RBAC, Request, User
from simulation.apiserver.errors import ApiError
from simulation.apiserver.objects import Object

if TYPE_CHECKING:
    from simulation.apiserver.store import Store

GROUP = RBAC.partition("/")[0]
ROLES = {"Role": "roles", "ClusterRole": "clusterroles"}
BINDINGS = ("RoleBinding", "ClusterRoleBinding")


def check(store: Store, user: User, obj: Object, namespace: str) -> None:
    """Before a role or a binding is written; ApiError 403 when it grants what the writer lacks."""
    if obj.get("kind") in ROLES:
        plural = ROLES[obj["kind"]]
        name = str(obj["metadata"].get("name", ""))
        asked = Request("escalate", GROUP, plural, namespace=namespace, name=name)
        if not store.access.allowed(user, asked):
            _covered(store, user, obj.get("rules") or (), namespace)
    elif obj.get("kind") in BINDINGS:
        reference = obj["roleRef"]
        plural = ROLES[reference["kind"]]
        asked = Request("bind", GROUP, plural, namespace=namespace, name=reference["name"])
        if not store.access.allowed(user, asked):
            _covered(store, user, _rules(store, reference, namespace), namespace)


def _rules(store: Store, reference: dict[str, Any], namespace: str) -> list[dict[str, Any]]:
    resource = store.registry.kind(RBAC, reference["kind"])
    where = namespace if reference["kind"] == "Role" else None
    role = store.shelf.find(resource, where, reference["name"])
    if role is None:
        plural, name = ROLES[reference["kind"]], reference["name"]
        raise ApiError(404, "NotFound", f'{plural}.{GROUP} "{name}" not found', {"name": name})
    return list(role.get("rules") or ())


def _covered(store: Store, user: User, rules: Any, namespace: str) -> None:
    lacking = [
        request
        for request in _requests(rules, namespace)
        if not store.access.allowed(user, request)
    ]
    if lacking:
        said = "; ".join(f"{one.verb} {one.resource} in {one.group!r}" for one in lacking)
        text = (
            f'user "{user.name}" (groups={list(user.groups)}) is attempting to grant RBAC '
            f"permissions not currently held: {said}"
        )
        raise ApiError(403, "Forbidden", text, {})


def _requests(rules: Any, namespace: str) -> Iterator[Request]:
    for rule in rules:
        parts = (rule.get("verbs", ()), rule.get("apiGroups", ()), rule.get("resources", ()))
        for verb, group, full in product(*parts):
            resource, _, part = full.partition("/")
            for name in rule.get("resourceNames") or ("",):
                yield Request(verb, group, resource, part, namespace, name)
