"""Who asks, and may they: bearer tokens, and RBAC from the stored roles and bindings."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.apiserver.errors import ApiError, qualified, unauthorized
from simulation.apiserver.objects import Object

if TYPE_CHECKING:
    from simulation.apiserver.store import Store

RBAC = "rbac.authorization.k8s.io/v1"
MASTERS = "system:masters"
EVERYBODY = ("system:authenticated",)
OPEN_PATHS = ("/api", "/apis", "/version", "/healthz", "/livez", "/readyz", "/openapi")


@dataclass(frozen=True)
class User:
    """An authenticated caller."""

    name: str
    groups: tuple[str, ...] = EVERYBODY
    uid: str = ""


@dataclass(frozen=True)
class Request:
    """What the caller wants to do; `path` for anything that is no resource."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""


class Access:
    """Tokens by user, and the rules that the bindings grant."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._users: dict[str, User] = {}
        self.heard: Callable[[User, Request], None] = lambda _user, _request: None
        """Told of each request before it is judged."""

    def add_user(self, name: str, *groups: str, token: str = "") -> str:
        """Let a user in; returns the bearer token."""
        token = token or secrets.token_urlsafe(24)
        self._users[token] = User(name, (*groups, *EVERYBODY))
        return token

    def add_service_account(self, namespace: str, name: str, uid: str = "") -> str:
        """A token of a service account, which RBAC subjects of that kind name."""
        token = secrets.token_urlsafe(24)
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", *EVERYBODY)
        self._users[token] = User(f"system:serviceaccount:{namespace}:{name}", groups, uid)
        return token

    def revoke(self, token: str) -> None:
        self._users.pop(token, None)

    def user_of(self, token: str) -> User | None:
        return self._users.get(token)

    def authenticate(self, header: str) -> User:
        kind, _, token = header.partition(" ")
        user = self._users.get(token.strip()) if kind.lower() == "bearer" else None
        if user is None:
            raise unauthorized()
        return user

    def authorize(self, user: User, request: Request) -> None:
        self.heard(user, request)
        if not self.allowed(user, request):
            raise _refusal(user, request)

    def allowed(self, user: User, request: Request) -> bool:
        if MASTERS in user.groups:
            return True
        if request.path:
            return request.verb == "get" and request.path.startswith(OPEN_PATHS)
        if request.resource.startswith("self") and request.verb == "create":
            return True
        return any(_grants(rule, request) for rule in self.rules(user, request.namespace))

    def rules(self, user: User, namespace: str) -> Iterator[dict[str, Any]]:
        """Every rule that binds the user cluster-wide or in the namespace."""
        bindings = self._store.registry.kind(RBAC, "ClusterRoleBinding")
        for binding in self._store.shelf.all(bindings.key):
            yield from self._granted(user, binding)
        if namespace:
            bindings = self._store.registry.kind(RBAC, "RoleBinding")
            for binding in self._store.shelf.all(bindings.key, namespace):
                yield from self._granted(user, binding)

    def _granted(self, user: User, binding: Object) -> Iterator[dict[str, Any]]:
        if not any(_is_subject(user, subject) for subject in binding.get("subjects") or ()):
            return
        reference = binding["roleRef"]
        resource = self._store.registry.kind(RBAC, reference["kind"])
        namespace = binding["metadata"].get("namespace")
        role = self._store.shelf.find(resource, namespace, reference["name"])
        yield from (role or {}).get("rules") or ()


def _is_subject(user: User, subject: dict[str, Any]) -> bool:
    if subject["kind"] == "ServiceAccount":
        return user.name == f"system:serviceaccount:{subject.get('namespace')}:{subject['name']}"
    if subject["kind"] == "Group":
        return subject["name"] in user.groups
    return bool(subject["name"] == user.name)


def _grants(rule: dict[str, Any], request: Request) -> bool:
    def holds(field: str, wanted: str) -> bool:
        return bool({"*", wanted} & set(rule.get(field) or ()))

    full = request.resource + (f"/{request.subresource}" if request.subresource else "")
    names = rule.get("resourceNames") or ()
    return (
        holds("verbs", request.verb)
        and holds("apiGroups", request.group)
        and (
            holds("resources", full)
            or (
                bool(request.subresource)
                and f"*/{request.subresource}" in (rule.get("resources") or ())
            )
        )
        and (not names or request.name in names)
    )


def _refusal(user: User, request: Request) -> ApiError:
    if request.path:
        text = f'forbidden: User "{user.name}" cannot {request.verb} path "{request.path}"'
        return ApiError(403, "Forbidden", text, {})
    resource = request.resource + (f"/{request.subresource}" if request.subresource else "")
    where = (
        f'in the namespace "{request.namespace}"' if request.namespace else "at the cluster scope"
    )
    named = f' "{request.name}"' if request.name else ""
    text = (
        f"{qualified(request.resource, request.group)}{named} is forbidden: "
        f'User "{user.name}" cannot {request.verb} resource "{resource}" '
        f'in API group "{request.group}" {where}'
    )
    details = {"kind": request.resource}
    details |= {"name": request.name} if request.name else {}
    details |= {"group": request.group} if request.group else {}
    return ApiError(403, "Forbidden", text, details)
