"""The cluster under test: objects applied, read and deleted; logs, proxy and rights.

Objects are plain dicts. One Cluster serves all threads of a run.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from kit.asks import READ_SECONDS, Ask, ProxyReply, Query
from kit.connection import Connection, agent
from kit.creating import create_once
from kit.errors import InfrastructureError, Refused
from kit.kinds import Kind, Kinds
from kit.kubeconfig import Target
from kit.listing import all_pages
from kit.mirror import mirrored
from kit.ration import Unlimited

SUITE = "netobserv-conformance"
Manifest = dict[str, Any]
Reference = tuple[str, str, str, str | None]
"""API version, kind, name and namespace of an object."""

APPLY_PATCH = "application/apply-patch+yaml"
MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
PAGE = 500


def reference(thing: Manifest | Reference) -> Reference:
    if isinstance(thing, tuple):
        return thing
    metadata = thing["metadata"]
    return thing["apiVersion"], thing["kind"], metadata["name"], metadata.get("namespace")


class Cluster:
    """The API server of the target, as the suite uses it."""

    def __init__(self, target: Target, run_id: str = "", registry: str = "") -> None:
        """Pods take their images from `registry`, a mirror, if there is one."""
        self.target, self.run_id, self.registry = target, run_id, registry
        self.ration: Unlimited = Unlimited()
        self._connection = Connection(target, agent(SUITE))
        self._kinds = Kinds(self._connection)

    @property
    def calls(self) -> Counter[str]:
        """Requests so far by HTTP method; retries are not counted."""
        return self._connection.calls

    @property
    def speed(self) -> float:
        return self.target.speed

    def close(self) -> None:
        self._connection.close()

    def connect(self) -> None:
        """See that the server is there and lets us in; InfrastructureError says why not."""
        self._connection.expect(Ask("GET", "/version"))
        self._connection.expect(Ask("GET", "/api/v1"))

    def version(self) -> dict[str, str]:
        found: dict[str, str] = self._connection.expect(Ask("GET", "/version"))
        return found

    def serves(self, api_version: str, kind: str) -> bool:
        return self._kinds.find(api_version, kind) is not None

    # Writing

    def apply(self, manifest: Manifest, force: bool = True, *, dry_run: bool = False) -> Manifest:
        """Server-side apply: create or change, and own what the manifest says."""
        query = [("fieldManager", SUITE), ("fieldValidation", "Strict")]
        query += [("force", "true")] if force else []
        query += [("dryRun", "All")] if dry_run else []
        if not dry_run:
            self.ration.take(manifest)
        return self._write("PATCH", manifest, query, APPLY_PATCH)

    def create(self, manifest: Manifest) -> Manifest:
        """Once, whatever is lost on the way: before a second attempt we look for the first one's.

        What has no name, such as a review, is not kept by the server and may be asked twice.
        """
        self.ration.take(manifest)
        kind, metadata = (manifest["apiVersion"], manifest["kind"]), manifest.get("metadata", {})
        found, namespace = self._kinds.require(*kind), metadata.get("namespace")
        ask = Ask(
            "POST",
            found.path(self._namespace(found, namespace)),
            [("fieldManager", SUITE), ("fieldValidation", "Strict")],
            mirrored(manifest, self.registry),
            repeatable="name" not in metadata,
        )
        return create_once(
            lambda: self._connection.expect(ask),
            lambda: self.get(*kind, metadata.get("name", ""), namespace),
            manifest,
            self.target.speed,
        )

    def replace(self, manifest: Manifest) -> Manifest:
        """Put the whole object; a resourceVersion in it guards against others' changes."""
        return self._write("PUT", manifest, [("fieldManager", SUITE)], "application/json")

    def _write(self, method: str, manifest: Manifest, query: Query, kind: str) -> Manifest:
        path = self._path(*reference(manifest))
        body = mirrored(manifest, self.registry)
        made: Manifest = self._connection.expect(Ask(method, path, query, body, kind))
        return made

    def patch(  # noqa: PLR0913 - names an object and a part of it, as kubectl patch does
        self,
        api_version: str,
        kind: str,
        name: str,
        patch: Manifest | list[Manifest],
        namespace: str | None = None,
        *,
        subresource: str | None = None,
    ) -> Manifest:
        """A merge patch when given an object, a JSON patch when given a list of operations."""
        path = self._path(api_version, kind, name, namespace)
        path += f"/{subresource}" if subresource else ""
        content = JSON_PATCH if isinstance(patch, list) else MERGE_PATCH
        query = [("fieldManager", SUITE)]
        made: Manifest = self._connection.expect(Ask("PATCH", path, query, patch, content))
        return made

    def delete(self, thing: Manifest | Reference, *, grace: int | None = None) -> None:
        """Ask for the deletion; an object that is not there, or not even served, is fine."""
        api_version, kind, *_ = reference(thing)
        if not self.serves(api_version, kind):
            return
        options: Manifest = {"propagationPolicy": "Background"}
        options |= {} if grace is None else {"gracePeriodSeconds": grace}
        ask = Ask("DELETE", self._path(*reference(thing)), body=options)
        answer = self._connection.ask(ask)
        if answer.status not in (200, 202, 404):
            raise self._connection.refusal(ask, answer)

    # Reading

    def get(
        self, api_version: str, kind: str, name: str, namespace: str | None = None
    ) -> Manifest | None:
        """The object; None when it, or its kind, is not there."""
        if (found := self._kinds.find(api_version, kind)) is None:
            return None
        path = found.path(self._namespace(found, namespace), quote(name, safe=""))
        ask = Ask("GET", path, json=True)
        answer = self._connection.ask(ask)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise self._connection.refusal(ask, answer)
        read: Manifest = answer.json()
        return read

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        selector: str = "",
        fields: str = "",
    ) -> list[Manifest]:
        """All objects that the label and field selectors choose, page by page."""
        path = self._kinds.require(api_version, kind).path(namespace)
        chosen = [("labelSelector", selector), ("fieldSelector", fields), ("limit", str(PAGE))]
        query = [(key, value) for key, value in chosen if value]
        return [
            {"apiVersion": api_version, "kind": kind} | item
            for item in all_pages(self._connection, path, query)
        ]

    def logs(
        self, namespace: str, pod: str, container: str | None = None, *, previous: bool = False
    ) -> str:
        """Of the container as it runs, or (`previous`) of the life before its last restart."""
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/log"
        query = [("container", container)] if container else []
        query += [("previous", "true")] if previous else []
        ask = Ask("GET", path, query, headers={"Accept": "*/*"})
        answer = self._connection.ask(ask)
        if answer.status != 200:
            raise self._connection.refusal(ask, answer)
        return answer.body.decode("utf-8", "replace")

    def can(  # noqa: PLR0913 - the attributes of a SelfSubjectAccessReview
        self,
        verb: str,
        group: str,
        resource: str,
        namespace: str | None = None,
        *,
        name: str = "",
        subresource: str = "",
    ) -> bool:
        """May the suite's user do that?"""
        asked = {"verb": verb, "group": group, "resource": resource, "name": name}
        asked |= {"namespace": namespace or "", "subresource": subresource}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {key: value for key, value in asked.items() if value}},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        ask = Ask("POST", path, body=review, repeatable=True)
        return bool(self._connection.expect(ask)["status"]["allowed"])

    def proxy_get(  # noqa: PLR0913 - names a service and a request to it
        self,
        namespace: str,
        service: str,
        port: int | str,
        path: str,
        params: Query = (),
        *,
        headers: dict[str, str] | None = None,
        timeout: float = READ_SECONDS,
        through: str = "services",
        retried: bool = False,
    ) -> ProxyReply:
        """GET from a service (or `through` pods) by the API server; any status is an answer.

        Repeated only where it is said so: an overloaded service is its caller's to judge.
        """
        where = f"/api/v1/namespaces/{namespace}/{through}/{service}:{port}/proxy"
        accepted = {"Accept": "*/*", **(headers or {})}
        ask = Ask("GET", f"{where}/{path.lstrip('/')}", list(params), headers=accepted)
        return ProxyReply.of(self._connection.ask(replace(ask, timeout=timeout, retried=retried)))

    def _path(self, api_version: str, kind: str, name: str, namespace: str | None) -> str:
        found = self._kinds.require(api_version, kind)
        return found.path(self._namespace(found, namespace), quote(name, safe=""))

    @staticmethod
    def _namespace(kind: Kind, namespace: str | None) -> str | None:
        return (namespace or "default") if kind.namespaced else None


__all__ = ["Cluster", "InfrastructureError", "Manifest", "ProxyReply", "Reference", "Refused"]
