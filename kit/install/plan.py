"""Which stages an installation has on this cluster, in their order, and what each applies."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from catalog.upstream import FLOW_COLLECTOR_API, FLOW_COLLECTOR_NAME
from kit.cluster import Cluster, Manifest, Reference, reference
from kit.errors import UsageError
from kit.install import states
from kit.install.ledger import LABEL
from kit.install.versions import INSTALL
from kit.install.which_loki import ELSEWHERE, loki_of
from kit.install.wishes import Wishes
from kit.kustomize import built
from kit.nearest import nearest
from kit.verdict import Verdict
from kit.versions import OLM_API

LOKI_SPACE, STORE_SPACE, KAFKA_SPACE = "netobserv", "netobserv-object-store", "netobserv-kafka"
LOKI_OPERATOR_SPACE = "openshift-operators-redhat"
NETOBSERV_SPACE = "openshift-netobserv-operator"
LOKISTACK, COLLECTOR = (states.LOKI_API, "LokiStack"), (FLOW_COLLECTOR_API, "FlowCollector")
CATALOGUE = (OLM_API, "CatalogSource")
CLASS = ("storage.k8s.io/v1", "StorageClass")
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"

WORKLOAD, OPERATOR, STACK, ROLLED_OUT = 300.0, 900.0, 900.0, 600.0
"""Cluster seconds until a Deployment, an operator, a LokiStack, or all agents are ready."""


@dataclass(frozen=True)
class Stage:
    """One thing to have; `spaces` is where its pods are, `charts` are Helm's part of it."""

    name: str
    objects: tuple[Manifest, ...]
    ready: Callable[[Cluster], Verdict]
    within: float
    spaces: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()


def plan(cluster: Cluster, wishes: Wishes) -> list[Stage]:
    """What is missing, and nothing else; UsageError for a wish that this cluster cannot grant."""
    openshift = cluster.serves(OLM_API, "Subscription")
    collector = cluster.get(*COLLECTOR, FLOW_COLLECTOR_NAME)
    loki = loki_of(collector) or wishes.loki or ("lokistack" if openshift else "monolithic")
    if loki == "lokistack" and not openshift:
        raise UsageError(
            "a LokiStack is installed through the Operator Lifecycle Manager, which this cluster "
            "does not have: say --loki monolithic"
        )
    stages = []
    if loki != ELSEWHERE:
        stages = _lokistack(cluster, wishes) if loki == "lokistack" else [_monolithic()]
    stages.append(_operator(cluster) if openshift else _chart())
    if openshift:
        _from_catalogue(cluster, stages, wishes.catalogue)
    model = wishes.model or ("service" if openshift else "direct")
    stages += [_kafka()] if model == "kafka" else []
    return [*stages, _collector(model, loki, openshift)]


def _monolithic() -> Stage:
    def ready(cluster: Cluster) -> Verdict:
        return states.deployment_ready(cluster, LOKI_SPACE, "loki")

    return Stage("Loki", _objects("loki-monolithic"), ready, WORKLOAD, (LOKI_SPACE,))


def _lokistack(cluster: Cluster, wishes: Wishes) -> list[Stage]:
    if _is_there(cluster, (*LOKISTACK, "loki", LOKI_SPACE)):
        return [Stage("the LokiStack", (), _stack_ready, STACK, (LOKI_SPACE,))]
    storage = _storage_class(cluster, wishes.storage_class)
    store, settings = _object_store(cluster, wishes)
    objects = _objects("lokistack")
    for obj in objects:
        if obj["kind"] == "Secret":
            obj["data"] |= settings
        if obj["kind"] == "LokiStack":
            obj["spec"] |= {"size": wishes.size, "storageClassName": storage}

    def operator(cluster: Cluster) -> Verdict:
        return states.operator_ready(cluster, LOKI_OPERATOR_SPACE, "loki-operator", LOKISTACK)

    name, parts = "the Loki Operator", _objects("loki-operator")
    by = Stage(name, parts, operator, OPERATOR, (LOKI_OPERATOR_SPACE,))
    if cluster.serves(*LOKISTACK) and not _ours(cluster, parts):
        by = Stage(name, (), _served(*LOKISTACK), OPERATOR)
    return [*store, by, Stage("the LokiStack", objects, _stack_ready, STACK, (LOKI_SPACE,))]


def _stack_ready(cluster: Cluster) -> Verdict:
    return states.lokistack_ready(cluster, LOKI_SPACE, "loki")


def _is_there(cluster: Cluster, place: Reference) -> bool:
    """Made by somebody else."""
    found = cluster.get(*place)
    return found is not None and LABEL not in found["metadata"].get("labels", {})


def _object_store(cluster: Cluster, wishes: Wishes) -> tuple[list[Stage], dict[str, str]]:
    """The stage of a store in the cluster, if one is wanted, and how Loki reaches it."""
    own = wishes.object_store
    if own is not None:
        settings = {"endpoint": own.endpoint, "bucketnames": own.bucket, "region": own.region}
        settings |= {"access_key_id": own.key_id, "access_key_secret": own.key_secret}
        return [], {key: _coded(value) for key, value in settings.items()}
    objects = _objects("object-store")
    (secret,) = (obj for obj in objects if obj["kind"] == "Secret")
    there = cluster.get("v1", "Secret", secret["metadata"]["name"], STORE_SPACE)
    password = (there or {}).get("data", {}).get("MINIO_ROOT_PASSWORD")
    secret["data"]["MINIO_ROOT_PASSWORD"] = password or _coded(secrets.token_urlsafe(24))
    keys = {"access_key_id": secret["data"]["MINIO_ROOT_USER"]}
    keys["access_key_secret"] = secret["data"]["MINIO_ROOT_PASSWORD"]

    def ready(cluster: Cluster) -> Verdict:
        return states.deployment_ready(cluster, STORE_SPACE, "minio")

    return [Stage("the object store", objects, ready, WORKLOAD, (STORE_SPACE,))], keys


def _operator(cluster: Cluster) -> Stage:
    def ready(cluster: Cluster) -> Verdict:
        return states.operator_ready(cluster, NETOBSERV_SPACE, "netobserv-operator", COLLECTOR)

    name, objects = "the Network Observability Operator", _objects("netobserv-operator")
    if cluster.serves(*COLLECTOR) and not _ours(cluster, objects):
        return Stage(name, (), _served(*COLLECTOR), OPERATOR)
    return Stage(name, objects, ready, OPERATOR, (NETOBSERV_SPACE,))


def _chart() -> Stage:
    name, charts = (
        "the Network Observability Operator",
        ("cert-manager", "trust-manager", "netobserv"),
    )
    return Stage(name, (), _served(*COLLECTOR), OPERATOR, ("cert-manager", LOKI_SPACE), charts)


def _from_catalogue(cluster: Cluster, stages: list[Stage], wanted: str | None) -> None:
    """Where operators come from; UsageError when a new one is to come from what is not there."""
    every = [obj for stage in stages for obj in stage.objects if obj["kind"] == "Subscription"]
    for subscription in every:
        spec = subscription["spec"]
        spec["source"] = wanted or spec["source"]
        space = spec["sourceNamespace"]
        if cluster.get(*reference(subscription)) or cluster.get(*CATALOGUE, spec["source"], space):
            continue
        there = [each["metadata"]["name"] for each in cluster.list(*CATALOGUE, space)]
        raise UsageError(
            f"there is no CatalogSource {spec['source']} in {space}: choose one by --catalogue "
            f"(there is {', '.join(sorted(there)) or 'none'})"
        )


def _kafka() -> Stage:
    def ready(cluster: Cluster) -> Verdict:
        return states.deployment_ready(cluster, KAFKA_SPACE, "kafka")

    return Stage("Kafka", _objects("kafka"), ready, WORKLOAD, (KAFKA_SPACE,))


def _collector(model: str, loki: str, openshift: bool) -> Stage:
    parts = [f"flowcollector/{model}"]
    parts += [] if loki == "lokistack" else ["flowcollector/monolithic-loki"]
    parts += [] if openshift else ["flowcollector/off-openshift"]
    objects = tuple(built(INSTALL / parts[0], *(INSTALL / part for part in parts[1:])))
    spaces = (LOKI_SPACE, f"{LOKI_SPACE}-privileged")
    return Stage("the FlowCollector", objects, states.collector_ready, ROLLED_OUT, spaces)


def _served(api: str, kind: str) -> Callable[[Cluster], Verdict]:
    def ready(cluster: Cluster) -> Verdict:
        return Verdict(cluster.serves(api, kind), f"whether {api} {kind} is served")

    return ready


def _ours(cluster: Cluster, objects: tuple[Manifest, ...]) -> bool:
    """Whether the operator that serves the API is the one of our own Subscription."""
    (wanted,) = (obj for obj in objects if obj["kind"] == "Subscription")
    metadata = wanted["metadata"]
    return cluster.get(OLM_API, "Subscription", metadata["name"], metadata["namespace"]) is not None


def _storage_class(cluster: Cluster, wanted: str | None) -> str:
    classes = {item["metadata"]["name"]: item["metadata"] for item in cluster.list(*CLASS)}
    if wanted is not None and wanted not in classes:
        told = nearest(wanted, classes) or f": there is {', '.join(sorted(classes)) or 'none'}"
        raise UsageError(f"--storage-class {wanted!r} is unknown on this cluster{told}")
    marked = [
        name
        for name, metadata in classes.items()
        if metadata.get("annotations", {}).get(DEFAULT_CLASS) == "true"
    ]
    found = wanted or next(iter(marked), None)
    if found is None:
        told = ", ".join(sorted(classes)) or "none"
        raise UsageError(
            f"no storage class is the default here: choose one ({told}) by --storage-class"
        )
    return found


def _objects(folder: str) -> tuple[Manifest, ...]:
    """With what a Secret says in plain text coded as the API server keeps it."""
    objects = built(INSTALL / folder)
    for obj in objects:
        text: dict[str, Any] = obj.pop("stringData", {})
        if text:
            obj["data"] = {key: _coded(value) for key, value in text.items()}
    return tuple(objects)


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
