"""From a request's path to what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.apiserver.access import Request

_WRITES = {"POST": "create", "PUT": "update", "PATCH": "patch"}


@dataclass(frozen=True)
class Route:
    """A path below /api or /apis, taken apart; `rest` is what a proxy passes on."""

    group: str = ""
    version: str = ""
    namespace: str = ""
    plural: str = ""
    name: str = ""
    subresource: str = ""
    rest: str = ""


def parse(path: str) -> Route | None:
    """None for a path that is no API path; an empty `plural` for discovery."""
    parts = path.strip("/").split("/")
    if parts[0] == "api" and len(parts) > 1:
        group, version, parts = "", parts[1], parts[2:]
    elif parts[0] == "apis" and len(parts) > 1:
        group, version, parts = parts[1], parts[2] if len(parts) > 2 else "", parts[3:]
    else:
        return None
    namespace = ""
    if len(parts) > 2 and parts[0] == "namespaces" and parts[2] not in ("status", "finalize"):
        namespace, parts = parts[1], parts[2:]
    plural, name, subresource = (*parts[:3], "", "", "")[:3]
    rest = _after(path, len(path.strip("/").split("/")) - len(parts) + 3)
    return Route(group, version, namespace, plural, name, subresource, rest)


def _after(path: str, segments: int) -> str:
    """What follows that many segments, its slashes kept as they are."""
    pieces = path.split("/", segments + 1)
    return f"/{pieces[segments + 1]}" if len(pieces) > segments + 1 else ""


def verb_of(method: str, route: Route, watching: bool) -> str:
    """The verb that access rules speak of."""
    if method in ("GET", "HEAD"):
        if route.name:
            return "get"
        return "watch" if watching else "list"
    if method == "DELETE":
        return "delete" if route.name else "deletecollection"
    return _WRITES.get(method, method.lower())


def asked(route: Route, verb: str) -> Request:
    namespace = route.namespace
    if route.plural == "namespaces" and not route.group:
        namespace = route.name
    return Request(verb, route.group, route.plural, route.subresource, namespace, route.name)
