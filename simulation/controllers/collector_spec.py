"""A FlowCollector's spec as the operator reads it, with the defaults of operator 1.11."""

from __future__ import annotations

from typing import Any

from catalog.upstream import (
    DEFAULT_CACHE_ACTIVE_TIMEOUT,
    DEFAULT_CACHE_MAX_FLOWS,
    DEFAULT_NAMESPACE,
    DEFAULT_SAMPLING,
    DEFAULT_WRITE_BATCH_WAIT,
    PRIVILEGED_SUFFIX,
)

Json = dict[str, Any]

VERSION = "1.11.1"
REGISTRY = "quay.io/netobserv"
AGENT_IMAGE = f"{REGISTRY}/netobserv-ebpf-agent:v1.11.1"
PIPELINE_IMAGE = f"{REGISTRY}/flowlogs-pipeline:v1.11.1"
PLUGIN_IMAGE = f"{REGISTRY}/network-observability-console-plugin:v1.11.1"
DIGEST = "flows.netobserv.io/config-digest"
OPERATOR = "netobserv-operator"
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1e-9}


class CollectorSpec:
    """Reads like the fields it stands for; what the user left out has upstream's default."""

    def __init__(self, spec: Json) -> None:
        self.raw = spec
        self.namespace = str(spec.get("namespace") or DEFAULT_NAMESPACE)
        self.model = str(spec.get("deploymentModel") or "Service")
        self.agent: Json = (spec.get("agent") or {}).get("ebpf") or {}
        self.processor: Json = spec.get("processor") or {}
        self.loki: Json = spec.get("loki") or {}
        self.plugin: Json = spec.get("consolePlugin") or {}

    @property
    def privileged_namespace(self) -> str:
        return self.namespace + PRIVILEGED_SUFFIX

    @property
    def privileged(self) -> bool:
        return bool(self.agent.get("privileged"))

    @property
    def features(self) -> list[str]:
        return list(self.agent.get("features") or [])

    @property
    def sampling(self) -> int:
        return int(self.agent.get("sampling", DEFAULT_SAMPLING))

    @property
    def cache_active_timeout(self) -> str:
        return str(self.agent.get("cacheActiveTimeout") or DEFAULT_CACHE_ACTIVE_TIMEOUT)

    @property
    def cache_max_flows(self) -> int:
        return int(self.agent.get("cacheMaxFlows") or DEFAULT_CACHE_MAX_FLOWS)

    @property
    def replicas(self) -> int:
        return int(self.processor.get("consumerReplicas", 3))

    @property
    def writes_to_loki(self) -> bool:
        return bool(self.loki.get("enable", True))

    @property
    def loki_mode(self) -> str:
        return str(self.loki.get("mode") or "Monolithic")

    @property
    def write_batch_wait(self) -> float:
        return seconds(str(self.loki.get("writeBatchWait") or DEFAULT_WRITE_BATCH_WAIT))

    @property
    def filter_rules(self) -> list[Json]:
        """What reaches the agent: `rules`, or else one inline rule, which may be empty."""
        wanted: Json = self.agent.get("flowFilter") or {}
        if not wanted.get("enable"):
            return []
        inline = {key: value for key, value in wanted.items() if key not in ("enable", "rules")}
        return list(wanted.get("rules") or [inline])


def seconds(text: str) -> float:
    """A duration as the CRD allows it: digits, then ns, ms, s or m; bare digits are nanoseconds."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    return float(digits) * UNITS[text[len(digits) :]]
