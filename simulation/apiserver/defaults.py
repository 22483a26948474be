"""Defaults of built-in kinds."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from simulation.apiserver.objects import Object, clone
from simulation.apiserver.resources import Resource

if TYPE_CHECKING:
    from simulation.apiserver.store import Store

_POD = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}
_CONTAINER = {
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
_ROLLING: dict[str, Any] = {"maxUnavailable": "25%", "maxSurge": "25%"}
_DEPLOYMENT = {
    "replicas": 1,
    "strategy": {"type": "RollingUpdate", "rollingUpdate": _ROLLING},
    "revisionHistoryLimit": 10,
    "progressDeadlineSeconds": 600,
}
_DAEMON_ROLLING = {"maxUnavailable": 1, "maxSurge": 0}
_DAEMON_SET = {
    "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": _DAEMON_ROLLING},
    "revisionHistoryLimit": 10,
}
_JOB = {
    "parallelism": 1,
    "completions": 1,
    "backoffLimit": 6,
    "completionMode": "NonIndexed",
    "suspend": False,
    "podReplacementPolicy": "TerminatingOrFailed",
}
_CRON_JOB = {
    "concurrencyPolicy": "Allow",
    "suspend": False,
    "successfulJobsHistoryLimit": 3,
    "failedJobsHistoryLimit": 1,
}
_SERVICE = {"type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster"}
_TEMPLATED: dict[str, dict[str, Any]] = {
    "Deployment": _DEPLOYMENT,
    "DaemonSet": _DAEMON_SET,
    "ReplicaSet": {"replicas": 1},
    "StatefulSet": {"replicas": 1, "podManagementPolicy": "OrderedReady", "serviceName": ""},
    "Job": _JOB,
}


def _missing(target: dict[str, Any], values: dict[str, Any]) -> None:
    for key, value in values.items():
        if target.get(key) is None:
            target[key] = clone(value)


def fill_in(resource: Resource, obj: Object) -> None:
    kind, spec = resource.kind, obj.get("spec")
    if kind == "Namespace":
        _namespace(obj)
    elif kind == "Secret":
        _secret(obj)
    elif kind == "Pod" and isinstance(spec, dict):
        _pod(spec)
        _missing(spec, {"enableServiceLinks": True})
    elif kind in _TEMPLATED and isinstance(spec, dict):
        _missing(spec, _TEMPLATED[kind])
        _template(spec)
    elif kind == "CronJob" and isinstance(spec, dict):
        _missing(spec, _CRON_JOB)
        job = spec.get("jobTemplate") or {}
        job.setdefault("metadata", {})
        _template(job.get("spec") or {})
    elif kind == "Service" and isinstance(spec, dict):
        _service(spec)
    elif kind == "NetworkPolicy" and isinstance(spec, dict):
        _network_policy(spec)


def _namespace(obj: Object) -> None:
    name = obj["metadata"].get("name")
    labels = obj["metadata"].setdefault("labels", {}) or {}
    labels["kubernetes.io/metadata.name"] = name
    obj["metadata"]["labels"] = labels
    obj.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])


def _secret(obj: Object) -> None:
    obj.setdefault("type", "Opaque")
    written = obj.pop("stringData", None) or {}
    if written:
        encoded = {k: base64.b64encode(v.encode()).decode() for k, v in written.items()}
        obj["data"] = (obj.get("data") or {}) | encoded


def _template(spec: dict[str, Any]) -> None:
    template = spec.get("template")
    if isinstance(template, dict):
        template.setdefault("metadata", {})
        if isinstance(template.get("spec"), dict):
            _pod(template["spec"])


def _pod(spec: dict[str, Any]) -> None:
    _missing(spec, _POD)
    if spec.get("serviceAccountName"):
        spec["serviceAccount"] = spec["serviceAccountName"]
    for name in ("initContainers", "containers"):
        for container in spec.get(name) or ():
            if isinstance(container, dict):
                _container(container, bool(spec.get("hostNetwork")))


def _container(container: dict[str, Any], host_network: bool) -> None:
    _missing(container, _CONTAINER)
    image = str(container.get("image") or "")
    latest = image.endswith(":latest") or ":" not in image.rpartition("/")[2]
    pulled = "Always" if latest and "@" not in image else "IfNotPresent"
    _missing(container, {"imagePullPolicy": pulled})
    for port in container.get("ports") or ():
        _missing(port, {"protocol": "TCP"})
        if host_network:
            _missing(port, {"hostPort": port.get("containerPort")})


def _service(spec: dict[str, Any]) -> None:
    _missing(spec, _SERVICE)
    for port in spec.get("ports") or ():
        _missing(port, {"protocol": "TCP", "targetPort": port.get("port")})
    if spec["type"] == "ExternalName":
        spec.pop("internalTrafficPolicy", None)


def _network_policy(spec: dict[str, Any]) -> None:
    types = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    _missing(spec, {"policyTypes": types, "podSelector": {}})
    for rule in (*(spec.get("ingress") or ()), *(spec.get("egress") or ())):
        for port in (rule or {}).get("ports") or ():
            _missing(port, {"protocol": "TCP"})


_COUNTS = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
_FIRST_STATUS: dict[str, Object] = {
    "Namespace": {"phase": "Active"},
    "Service": {"loadBalancer": {}},
    "Deployment": {},
    "Job": {},
    "CronJob": {},
    "ReplicaSet": {"replicas": 0},
    "StatefulSet": {"replicas": 0, "availableReplicas": 0},
    "DaemonSet": dict.fromkeys(_COUNTS, 0),
}


def first_status(resource: Resource, obj: Object) -> None:
    """The status and labels that a new object is born with."""
    spec = obj.get("spec") or {}
    if resource.kind == "Pod":
        obj["status"] = {"phase": "Pending", "qosClass": _quality(spec)}
    elif resource.kind in _FIRST_STATUS:
        obj["status"] = clone(_FIRST_STATUS[resource.kind])
    if resource.kind == "Job" and spec:
        _job_selector(obj)
    if resource.kind == "DaemonSet":
        annotations = obj["metadata"].get("annotations") or {}
        obj["metadata"]["annotations"] = annotations | {
            "deprecated.daemonset.template.generation": "1"
        }


def admitted(store: Store, resource: Resource, obj: Object) -> None:
    """What admission plug-ins give a new pod, and the allocator a new service."""
    spec = obj.get("spec") or {}
    if resource.kind == "Service" and spec.get("type") != "ExternalName":
        store.cluster_ips.give(obj["metadata"].get("name", ""), spec)
    if resource.kind != "Pod":
        return
    _missing(spec, {"priority": 0, "preemptionPolicy": "PreemptLowerPriority"})
    tolerations = spec.setdefault("tolerations", [])
    for name in ("not-ready", "unreachable"):
        key = f"node.kubernetes.io/{name}"
        if not any(t.get("key") in (key, None, "") for t in tolerations):
            wait = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            tolerations.append({"key": key} | wait)


def _quality(spec: dict[str, Any]) -> str:
    resources = [c.get("resources") or {} for c in spec.get("containers") or () if c]
    if not any(r.get("requests") or r.get("limits") for r in resources):
        return "BestEffort"
    limited = all({"cpu", "memory"} <= set(r.get("limits") or ()) for r in resources)
    same = all((r.get("requests") or r.get("limits")) == r.get("limits") for r in resources)
    return "Guaranteed" if limited and same else "Burstable"


def _job_selector(obj: Object) -> None:
    spec, metadata = obj["spec"], obj["metadata"]
    if spec.get("manualSelector") or not isinstance(spec.get("template"), dict):
        return
    uid, name = metadata["uid"], metadata.get("name")
    labels = {"batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": name}
    labels |= {"controller-uid": uid, "job-name": name}
    template = spec["template"].setdefault("metadata", {})
    template["labels"] = (template.get("labels") or {}) | labels
    spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}


def carry_over(resource: Resource, obj: Object, old: Object) -> None:
    """What a replacement may leave out because the server has set it before."""
    spec, before = obj.get("spec"), old.get("spec") or {}
    if not isinstance(spec, dict):
        return
    if resource.kind == "Service" and spec.get("type") != "ExternalName":
        for name in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if name in before:
                _missing(spec, {name: before[name]})
    if resource.kind == "Job" and "selector" not in spec and "selector" in before:
        spec["selector"] = clone(before["selector"])
