"""A LokiStack: its components, its schema and tenants, the keys of its Secret, its bucket."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.object_stores import KEYS, OPEN_THE_BUCKET, STATIC
from catalog.upstream import DEFAULT_NAMESPACE, LOKISTACK_API
from kit.cluster import Cluster
from kit.errors import InfrastructureError
from kit.health.own_loki import writes
from kit.health.parts import trouble
from kit.redact import remember
from kit.verdict import Inconclusive, Verdict, met, unmet
from kit.workloads import is_ready, unfinished

Object = Mapping[str, Any]
WRONG = ("Failed", "Degraded", "Pending")
LATE = ("Failed", "Pending", "Unknown")
READY, UNREADY = "Ready", "Running"
"""Operators that know pods as Ready mean by Running that a pod is not: grafana/loki, PR 11968."""
LAST_LINES = 3


@dataclass(frozen=True)
class Stack:
    """The LokiStack that a FlowCollector names, read anew at each look."""

    cluster: Cluster
    namespace: str
    name: str

    @property
    def where(self) -> str:
        return f"LokiStack {self.namespace}/{self.name}"

    def read(self) -> Object:
        found = self.cluster.get(LOKISTACK_API, "LokiStack", self.name, self.namespace)
        return found or {}

    def ready(self, stack: Object) -> Verdict:
        """By its conditions, and by its own list of pods, which Ready does not repeat."""
        if not stack:
            return unmet(f"{self.where}, which the FlowCollector names, does not exist")
        known = {one["type"]: one for one in stack.get("status", {}).get("conditions") or ()}
        wrong = [
            f"{kind} for {known[kind].get('reason')} ({known[kind].get('message')})"
            for kind in WRONG
            if known.get(kind, {}).get("status") == "True"
        ]
        wrong += _late(stack.get("status", {}).get("components") or {})
        if known.get("Ready", {}).get("status") != "True":
            wrong.append("its condition Ready is not True")
        return (
            unmet(f"{self.where}: {'; '.join(wrong)}") if wrong else met(f"{self.where} is Ready")
        )

    def writes(self, stack: Object, schema: str, today: date) -> Verdict:
        """Its status tells what the operator has applied; before that, its spec what is wanted."""
        storage = stack.get("status", {}).get("storage", {})
        told = storage.get("schemas") or stack.get("spec", {}).get("storage", {}).get("schemas")
        found = sorted((str(one["effectiveDate"]), str(one["version"])) for one in told or ())
        return writes(found, schema, today)

    def tenants(self, stack: Object, mode: str) -> Verdict:
        found = stack.get("spec", {}).get("tenants", {}).get("mode")
        told = f"the tenants of {self.where} have the mode {found}"
        return met(told) if found == mode else unmet(f"{told}, expected {mode}")

    def keys(self, stack: Object) -> Verdict:
        """Names alone; each value is remembered only so that it never gets into any file."""
        secret = stack.get("spec", {}).get("storage", {}).get("secret", {})
        kind, name = str(secret.get("type")), str(secret.get("name"))
        way = str(secret.get("credentialMode") or STATIC)
        wanted = KEYS.get((kind, way))
        if wanted is None:
            raise Inconclusive(f"what a Secret of type {kind}, mode {way} must hold is not known")
        present = self._names(name)
        if present is None:
            return unmet(f"there is no Secret {self.namespace}/{name}")
        missing = [key for key in wanted if key not in present]
        told = f"the Secret {self.namespace}/{name} of type {kind}"
        if missing:
            return unmet(f"{told} has no {' and no '.join(missing)} (it has: {', '.join(present)})")
        return met(f"{told} has {', '.join(wanted)}")

    def bucket(self, pods: list[dict[str, Any]]) -> Verdict:
        """These end, with an error in their log, when the store does not let them in."""
        opening = [pod for pod in pods if _component(pod) in OPEN_THE_BUCKET]
        if not opening:
            return unmet(f"{self.where} has no pod of {' or '.join(OPEN_THE_BUCKET)}")
        shut = [pod for pod in opening if not is_ready(pod)]
        if shut:
            told = [f"{pod['metadata']['name']} is not ready ({trouble(pod)})" for pod in shut]
            return unmet("; ".join(told), "\n".join(map(self._last_words, shut)))
        return met(f"{len(opening)} pods have opened the bucket")

    def pods(self) -> list[dict[str, Any]]:
        selector = f"app.kubernetes.io/name=lokistack,app.kubernetes.io/instance={self.name}"
        return unfinished(self.cluster.list("v1", "Pod", self.namespace, selector=selector))

    def _names(self, name: str) -> list[str] | None:
        try:
            found = self.cluster.get("v1", "Secret", name, self.namespace)
        except InfrastructureError as error:
            told = f"the keys of the Secret {self.namespace}/{name} cannot be listed"
            raise Inconclusive(f"{told}: {error}") from None
        if found is None:
            return None
        data: Mapping[str, str] = found.get("data") or {}
        for value in data.values():
            remember(base64.b64decode(value).decode("utf-8", "replace"))
        return sorted(key for key, value in data.items() if value)

    def _last_words(self, pod: Object) -> str:
        name = str(pod["metadata"]["name"])
        try:
            lines = self.cluster.logs(self.namespace, name).splitlines()
        except InfrastructureError as error:
            return f"{name}: {error}"
        return "\n".join(f"{name}: {line}" for line in lines[-LAST_LINES:])


def stack_of(cluster: Cluster, flow_collector: Object) -> Stack:
    spec = flow_collector["spec"]
    named = spec.get("loki", {}).get("lokiStack") or {}
    namespace = named.get("namespace") or spec.get("namespace") or DEFAULT_NAMESPACE
    return Stack(cluster, str(namespace), str(named.get("name", "loki")))


def _late(components: Mapping[str, Any]) -> list[str]:
    tells_ready = any(READY in (by_state or {}) for by_state in components.values())
    late = (*LATE, UNREADY) if tells_ready else LATE
    return [
        f"{name} has {len(pods)} pods that are {state}: {', '.join(pods)}"
        for name, by_state in components.items()
        for state, pods in (by_state or {}).items()
        if state in late and pods
    ]


def _component(pod: Object) -> str:
    return str((pod["metadata"].get("labels") or {}).get("app.kubernetes.io/component", ""))
