"""Reviews: questions about tokens and rights, which are answered and not stored."""

from __future__ import annotations

from typing import Any

from simulation.apiserver.access import MASTERS, Request, User
from simulation.apiserver.calls import Call, Response, answer
from simulation.apiserver.objects import Object

_EVERYTHING = [
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
]


async def review(call: Call) -> Response:
    asked = await call.object()
    spec = asked.get("spec") or {}
    kind = call.resource.kind
    head = {"kind": kind, "apiVersion": call.resource.api_version}
    status = _ANSWERS[kind](call, spec)
    shown = {} if kind == "SelfSubjectReview" else {"spec": spec}
    metadata = {"metadata": asked.get("metadata") or {}}
    return answer(head | metadata | shown | {"status": status}, 201)


def _user_info(user: User) -> Object:
    info: Object = {"username": user.name, "groups": list(user.groups)}
    return info | ({"uid": user.uid} if user.uid else {})


def _token(call: Call, spec: dict[str, Any]) -> Object:
    user = call.store.access.user_of(spec.get("token") or "")
    if user is None:
        return {"user": {}, "error": "invalid bearer token"}
    return {"authenticated": True, "user": _user_info(user)}


def _request(spec: dict[str, Any]) -> Request:
    resource = spec.get("resourceAttributes")
    if resource is None:
        other = spec.get("nonResourceAttributes") or {}
        return Request(other.get("verb", "get"), path=other.get("path", "/"))
    return Request(
        verb=resource.get("verb", ""),
        group=resource.get("group", ""),
        resource=resource.get("resource", ""),
        subresource=resource.get("subresource", ""),
        namespace=resource.get("namespace", ""),
        name=resource.get("name", ""),
    )


def _verdict(call: Call, user: User, spec: dict[str, Any]) -> Object:
    allowed = call.store.access.allowed(user, _request(spec))
    return {"allowed": allowed}


def _self_access(call: Call, spec: dict[str, Any]) -> Object:
    return _verdict(call, call.user, spec)


def _access(call: Call, spec: dict[str, Any]) -> Object:
    user = User(spec.get("user") or "", tuple(spec.get("groups") or ()))
    return _verdict(call, user, spec)


def _rules(call: Call, spec: dict[str, Any]) -> Object:
    if MASTERS in call.user.groups:
        rules = _EVERYTHING
    else:
        rules = list(call.store.access.rules(call.user, spec.get("namespace") or ""))
    return {"resourceRules": rules, "nonResourceRules": [], "incomplete": False}


def _self(call: Call, _spec: dict[str, Any]) -> Object:
    return {"userInfo": _user_info(call.user)}


_ANSWERS = {
    "TokenReview": _token,
    "SelfSubjectAccessReview": _self_access,
    "SubjectAccessReview": _access,
    "SelfSubjectRulesReview": _rules,
    "SelfSubjectReview": _self,
}
