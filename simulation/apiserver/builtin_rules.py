"""What a built-in kind refuses: the required fields, names and immutabilities that matter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from simulation.apiserver.errors import Cause
from simulation.apiserver.names import label_causes, labels_causes
from simulation.apiserver.objects import Object, clone
from simulation.apiserver.resources import Resource
from simulation.apiserver.selectors import matches
from simulation.apiserver.validation import cause, required, unsupported, wrong

_WORKLOADS = ("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet")
_PROTOCOLS = ["SCTP", "TCP", "UDP"]
_POD_UPDATES = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def causes(resource: Resource, obj: Object, old: Object | None) -> Iterator[Cause]:
    given = obj.get("spec")
    spec: dict[str, Any] = given if isinstance(given, dict) else {}
    if resource.kind == "Pod":
        yield from _pod(spec, "spec")
        yield from _pod_change(spec, old)
    elif resource.kind in _WORKLOADS:
        yield from _workload(spec, old)
    elif resource.kind == "Job":
        yield from _template(spec, "spec.template", ["Never", "OnFailure"])
    elif resource.kind == "Service":
        yield from _service(spec, old)
    elif resource.kind == "CustomResourceDefinition":
        yield from _crd(obj)
    elif resource.kind.endswith("RoleBinding"):
        yield from _role_reference(obj, old)


def _pod(spec: dict[str, Any], field: str) -> Iterator[Cause]:
    containers = spec.get("containers") or ()
    if not containers:
        yield required(f"{field}.containers")
    seen: set[str] = set()
    for name in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(name) or ()):
            yield from _container(container, f"{field}.{name}[{index}]", seen)


def _container(container: dict[str, Any], field: str, seen: set[str]) -> Iterator[Cause]:
    name = container.get("name")
    if not name:
        yield required(f"{field}.name")
    else:
        yield from label_causes(f"{field}.name", name)
    if not container.get("image"):
        yield required(f"{field}.image")
    for index, port in enumerate(container.get("ports") or ()):
        yield from _container_port(port, f"{field}.ports[{index}]")
    if name in seen:
        yield cause(f"{field}.name", "FieldValueDuplicate", f'Duplicate value: "{name}"')
    seen.add(name or "")


def _port_number(value: Any, field: str) -> Iterator[Cause]:
    if not 1 <= value <= 65535:
        yield wrong(field, value, "must be between 1 and 65535, inclusive")


def _container_port(port: dict[str, Any], field: str) -> Iterator[Cause]:
    if not port.get("containerPort"):
        yield required(f"{field}.containerPort")
    else:
        yield from _port_number(port["containerPort"], f"{field}.containerPort")
    if port.get("protocol") not in _PROTOCOLS:
        yield unsupported(f"{field}.protocol", port.get("protocol"), _PROTOCOLS)


def _pod_change(spec: dict[str, Any], old: Object | None) -> Iterator[Cause]:
    if old is None:
        return

    def fixed(spec: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = clone(spec)
        for name in ("nodeName", "tolerations", "activeDeadlineSeconds", "schedulingGates"):
            kept.pop(name, None)
        kept.pop("terminationGracePeriodSeconds", None)
        for name in ("initContainers", "containers"):
            for container in kept.get(name) or ():
                container.pop("image", None)
        return kept

    before, after = fixed(old.get("spec") or {}), fixed(spec)
    if before != after:
        yield cause("spec", "FieldValueForbidden", f"Forbidden: {_POD_UPDATES}")


def _template(spec: dict[str, Any], field: str, policies: list[str]) -> Iterator[Cause]:
    template = spec.get("template")
    template = template if isinstance(template, dict) else {}
    labels = (template.get("metadata") or {}).get("labels") or {}
    yield from labels_causes(labels, f"{field}.labels")
    pod = template.get("spec") or {}
    yield from _pod(pod, f"{field}.spec")
    policy = pod.get("restartPolicy", "Always")
    if policy not in policies:
        if policies == ["Never", "OnFailure"]:
            message = 'Required value: valid values: "OnFailure", "Never"'
            yield cause(f"{field}.spec.restartPolicy", "FieldValueRequired", message)
        else:
            yield unsupported(f"{field}.spec.restartPolicy", policy, policies)


def _workload(spec: dict[str, Any], old: Object | None) -> Iterator[Cause]:
    selector = spec.get("selector") or {}
    given = spec.get("template")
    template: dict[str, Any] = given if isinstance(given, dict) else {}
    labels = (template.get("metadata") or {}).get("labels") or {}
    if not spec.get("selector"):
        yield required("spec.selector")
    if not matches(selector, labels) or not spec.get("selector"):
        shown = json.dumps(labels, separators=(",", ":")) if labels else "null"
        why = f"Invalid value: {shown}: `selector` does not match template `labels`"
        yield cause("spec.template.metadata.labels", "FieldValueInvalid", why)
    yield from _template(spec, "spec.template", ["Always"])
    if old is not None and (old.get("spec") or {}).get("selector") != selector:
        shown = json.dumps(selector, separators=(",", ":"))
        message = f"Invalid value: {shown}: field is immutable"
        yield cause("spec.selector", "FieldValueInvalid", message)


def _service(spec: dict[str, Any], old: Object | None) -> Iterator[Cause]:
    ports = spec.get("ports") or ()
    if not ports and spec.get("clusterIP") != "None" and spec.get("type") != "ExternalName":
        yield required("spec.ports")
    for index, port in enumerate(ports):
        field = f"spec.ports[{index}]"
        if len(ports) > 1 and not port.get("name"):
            yield required(f"{field}.name")
        yield from _port_number(port.get("port") or 0, f"{field}.port")
        if port.get("protocol") not in _PROTOCOLS:
            yield unsupported(f"{field}.protocol", port.get("protocol"), _PROTOCOLS)
        if isinstance(port.get("targetPort"), int):
            yield from _port_number(port["targetPort"], f"{field}.targetPort")
    before = ((old or {}).get("spec") or {}).get("clusterIP")
    if before and spec.get("clusterIP") != before and spec.get("type") != "ExternalName":
        shown = json.dumps([spec.get("clusterIP")])
        why = f"Invalid value: {shown}: may not change once set"
        yield cause("spec.clusterIPs[0]", "FieldValueInvalid", why)


def _crd(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    wanted = f"{(spec.get('names') or {}).get('plural')}.{spec.get('group')}"
    if obj["metadata"]["name"] != wanted:
        why = 'must be spec.names.plural+"."+spec.group'
        yield wrong("metadata.name", obj["metadata"]["name"], why)


def _role_reference(obj: Object, old: Object | None) -> Iterator[Cause]:
    if old is not None and old.get("roleRef") != obj.get("roleRef"):
        shown = json.dumps(obj.get("roleRef"), separators=(",", ":"))
        yield cause(
            "roleRef", "FieldValueInvalid", f"Invalid value: {shown}: cannot change roleRef"
        )
