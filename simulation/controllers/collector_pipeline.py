"""flowlogs-pipeline and the console plugin as the operator writes them.

Source: operator 1.11, internal/controller/flp and internal/controller/consoleplugin.
"""

from __future__ import annotations

import json
from typing import Any

from catalog.upstream import PIPELINE_WORKLOAD, PLUGIN_DEPLOYMENT
from simulation.controllers.collector_spec import (
    DIGEST,
    OPERATOR,
    PIPELINE_IMAGE,
    PLUGIN_IMAGE,
    VERSION,
    CollectorSpec,
)
from simulation.controllers.names import digest
from simulation.pipeline import PipelineConfig
from simulation.pipeline.config import OPENSHIFT_SUBNETS

Json = dict[str, Any]
RESOURCES = {"requests": {"cpu": "100m", "memory": "100Mi"}, "limits": {"memory": "800Mi"}}
LOKI_DEFAULT_URL = "http://loki:3100/"


def labels_of(app: str) -> dict[str, str]:
    return {"app": app, "part-of": OPERATOR, "version": VERSION}


def config_of(spec: CollectorSpec) -> PipelineConfig:
    """What flowlogs-pipeline does, as far as a reader of its flows can tell."""
    advanced = spec.loki.get("advanced") or {}
    return PipelineConfig(
        namespace=spec.namespace,
        write_batch_wait=spec.write_batch_wait,
        subnet_labels=subnet_labels(spec),
        exclude_labels=frozenset(advanced.get("excludeLabels") or ()),
        static_labels=advanced.get("staticLabels") or {"app": "netobserv-flowcollector"},
    )


def subnet_labels(spec: CollectorSpec) -> dict[str, tuple[str, ...]]:
    """The owner's labels before those that OpenShift's networks have by themselves."""
    wanted = spec.processor.get("subnetLabels") or {}
    found = {each["name"]: tuple(each["cidrs"]) for each in wanted.get("customLabels") or []}
    if wanted.get("openShiftAutoDetect", True):
        found |= {name: cidrs for name, cidrs in OPENSHIFT_SUBNETS.items() if name not in found}
    return found


def config_map(spec: CollectorSpec) -> Json:
    config = config_of(spec)
    mode = spec.loki.get(spec.loki_mode[0].lower() + spec.loki_mode[1:]) or {}
    write = {
        "type": "loki",
        "url": mode.get("url") or mode.get("ingesterUrl") or LOKI_DEFAULT_URL,
        "tenantID": mode.get("tenantID", "netobserv"),
        "batchWait": spec.loki.get("writeBatchWait", "1s"),
        "batchSize": spec.loki.get("writeBatchSize", 10485760),
        "labels": list(config.labels),
        "staticLabels": dict(config.static_labels),
        "timestampLabel": "TimeFlowEndMs",
        "timestampScale": "1ms",
    }
    to_loki = spec.writes_to_loki
    stages = ["grpc", "enrich", *(["loki"] if to_loki else []), "prometheus"]
    labels = [{"name": name, "cidrs": cidrs} for name, cidrs in config.subnet_labels.items()]
    enrich = {"name": "enrich", "transform": {"type": "network", "subnetLabels": labels}}
    body = {
        "log-level": spec.processor.get("logLevel", "info"),
        "pipeline": [{"name": name} for name in stages],
        "parameters": [enrich, *([{"name": "loki", "write": write}] if to_loki else [])],
    }
    return _named(
        spec,
        "ConfigMap",
        f"{PIPELINE_WORKLOAD}-config",
        {"data": {"config.json": json.dumps(body)}},
    )


def _named(spec: CollectorSpec, kind: str, name: str, content: Json) -> Json:
    app = PLUGIN_DEPLOYMENT if "plugin" in name else PIPELINE_WORKLOAD
    metadata = {"name": name, "namespace": spec.namespace, "labels": labels_of(app)}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **content}


def dynamic_config_map(spec: CollectorSpec) -> Json:
    data = {"data": {"config.json": '{"parameters":[]}'}}
    return _named(spec, "ConfigMap", f"{PIPELINE_WORKLOAD}-config-dynamic", data)


def config_digest(spec: CollectorSpec) -> str:
    return digest(config_map(spec)["data"])


def workload(spec: CollectorSpec) -> Json:
    """A Deployment of three in the Service model; a DaemonSet in the Direct one."""
    direct = spec.model == "Direct"
    name = PIPELINE_WORKLOAD + ("-transformer" if spec.model == "Kafka" else "")
    template = {
        "metadata": {"labels": labels_of(name), "annotations": {DIGEST: config_digest(spec)}},
        "spec": _pod_spec(spec, direct),
    }
    body: Json = {"selector": {"matchLabels": {"app": name}}, "template": template}
    if not direct and not spec.processor.get("unmanagedReplicas"):
        body["replicas"] = spec.replicas
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet" if direct else "Deployment",
        "metadata": {"name": name, "namespace": spec.namespace, "labels": labels_of(name)},
        "spec": body,
    }


def _pod_spec(spec: CollectorSpec, direct: bool) -> Json:
    port: Json = {"name": "grpc", "containerPort": 2055, "protocol": "TCP"}
    probe = {"httpGet": {"path": "/ready", "port": "health"}, "initialDelaySeconds": 3}
    container = {
        "name": PIPELINE_WORKLOAD,
        "image": PIPELINE_IMAGE,
        "args": ["--config=/etc/flowlogs-pipeline/config.json"],
        "resources": spec.processor.get("resources") or RESOURCES,
        "ports": [
            port | ({"hostPort": 2055} if direct else {}),
            {"name": "health", "containerPort": 8080, "protocol": "TCP"},
            {"name": "prometheus", "containerPort": 9401, "protocol": "TCP"},
        ],
        "readinessProbe": probe,
        "volumeMounts": [{"name": "config-volume", "mountPath": "/etc/flowlogs-pipeline"}],
    }
    source = {"configMap": {"name": f"{PIPELINE_WORKLOAD}-config"}}
    tolerations = [{"operator": "Exists"}] if direct else []
    return {
        "serviceAccountName": PIPELINE_WORKLOAD,
        "containers": [container],
        "volumes": [{"name": "config-volume", **source}],
        **({"tolerations": tolerations} if tolerations else {}),
    }


def service(spec: CollectorSpec, name: str, app: str, ports: dict[str, int]) -> Json:
    body = {
        "selector": {"app": app},
        "ports": [{"name": k, "port": v, "protocol": "TCP"} for k, v in ports.items()],
    }
    return _named(spec, "Service", name, {"spec": body})


def services(spec: CollectorSpec) -> list[Json]:
    app = workload(spec)["metadata"]["name"]
    found = [service(spec, f"{PIPELINE_WORKLOAD}-prom", app, {"prometheus": 9401})]
    if spec.model == "Service":
        found.append(service(spec, PIPELINE_WORKLOAD, app, {"grpc": 2055}))
    if spec.plugin.get("enable", True):
        found.append(service(spec, PLUGIN_DEPLOYMENT, PLUGIN_DEPLOYMENT, {"https": 9001}))
    return found


def plugin(spec: CollectorSpec) -> Json:
    container = {
        "name": PLUGIN_DEPLOYMENT,
        "image": PLUGIN_IMAGE,
        "resources": spec.plugin.get("resources") or {"limits": {"memory": "100Mi"}},
        "ports": [{"name": "https", "containerPort": 9001, "protocol": "TCP"}],
    }
    labels = labels_of(PLUGIN_DEPLOYMENT)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": PLUGIN_DEPLOYMENT, "namespace": spec.namespace, "labels": labels},
        "spec": {
            "replicas": spec.plugin.get("replicas", 1),
            "selector": {"matchLabels": {"app": PLUGIN_DEPLOYMENT}},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }
