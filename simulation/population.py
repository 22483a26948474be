"""What is in the cluster before anybody uses it; the data lies in `population/*.yaml`."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import yaml

from catalog.upstream import FLOW_COLLECTOR_API, HOST_CIDRS_ANNOTATION, NODE_SUBNETS_ANNOTATION
from simulation.apiserver import Store, definitions
from simulation.release import DEFAULT
from simulation.world import External

Json = dict[str, Any]

DATA = Path(__file__).parent / "population"
ROOT = Path(__file__).parents[1]
KERNEL = "5.14.0-570.62.1.el9_6.x86_64"
OS_IMAGE = "Red Hat Enterprise Linux CoreOS 9.6.20251105-0 (Plow)"
IMAGE = "quay.io/openshift-release-dev/ocp-v4.0-art-dev:4.20.21"
CRD = "apiextensions.k8s.io/v1/CustomResourceDefinition"
CAPACITY = {
    "cpu": "16",
    "memory": "65842144Ki",
    "pods": "250",
    "ephemeral-storage": "125238252Ki",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
}
NODE_CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID"),
    ("Ready", "True", "KubeletReady"),
)


def read(name: str) -> Any:
    return yaml.safe_load(_text(name))


def _text(name: str) -> str:
    return (DATA / name).read_text()


def add_kinds(store: Store) -> None:
    definitions.install(store)
    for row in read("kinds.yaml"):
        if store.find(CRD, None, f"{row['plural']}.{row['group']}") is None:
            store.create(CRD, None, _open_kind(row))


def add_cluster(store: Store, openshift: str = DEFAULT) -> None:
    """Everything but the FlowCollector, which wants its operator's webhook first."""
    store.cluster_ips.dual_stack = True
    for name, labels in read("namespaces.yaml").items():
        metadata = {"name": name, "labels": labels}
        store.create("v1/Namespace", None, {"metadata": metadata}, manager="cluster-bootstrap")
    for row in read("nodes.yaml"):
        add_node(store, row)
    text = _text("objects.yaml").replace(DEFAULT, openshift)
    for obj in yaml.safe_load_all(text):
        _put(store, obj)
    for row in read("services.yaml"):
        _put(store, _service(row))
    for row in read("workloads.yaml"):
        _put(store, workload(row))


def add_flow_collector(store: Store, name: str = "") -> None:
    """Two managers own parts of it, as in a cluster that people and tools look after."""
    obj = read("flowcollector.yaml")
    obj["metadata"]["name"] = name or obj["metadata"]["name"]
    kind = f"{FLOW_COLLECTOR_API}/FlowCollector"
    made = store.create(kind, None, obj, manager="kubectl-create")
    made["spec"].setdefault("processor", {})["addZone"] = False
    store.update(kind, None, made, manager="platform-gitops")


def api_server() -> tuple[str, str]:
    """The address of the API's Service, and of the node behind it."""
    kinds = {obj["kind"]: obj for obj in yaml.safe_load_all(_text("objects.yaml"))}
    (subset,) = kinds["Endpoints"]["subsets"]
    return kinds["Service"]["spec"]["clusterIP"], subset["addresses"][0]["ip"]


def outside(internet: bool = True) -> list[External]:
    return [
        External(
            row["address"],
            tuple(row["names"]),
            tuple(row.get("tcp_ports", ())),
            tuple(row.get("udp_ports", ())),
            pages={path: (ROOT / file).read_text() for path, file in row.get("pages", {}).items()},
            other_addresses=tuple(row.get("other_addresses", ())),
        )
        for row in read("externals.yaml")
        if internet or not row.get("internet")
    ]


def _put(store: Store, obj: Json) -> None:
    kind, metadata = f"{obj['apiVersion']}/{obj['kind']}", obj["metadata"]
    status = obj.pop("status", None)
    store.create(kind, metadata.get("namespace"), obj, manager="cluster-bootstrap")
    if status is not None:
        store.set_status(kind, metadata.get("namespace"), metadata["name"], copy.deepcopy(status))


def add_node(store: Store, row: Json) -> None:
    pods = row["pods"]
    hosts = [f"{each}/{64 if ':' in each else 24}" for each in row["addresses"]]
    annotations = {
        NODE_SUBNETS_ANNOTATION: json.dumps({"default": pods}),
        HOST_CIDRS_ANNOTATION: json.dumps(hosts),
    }
    metadata = {"name": row["name"], "labels": _node_labels(row), "annotations": annotations}
    spec = {"podCIDR": pods[0], "podCIDRs": pods, "providerID": ""}
    node = {"metadata": metadata, "spec": spec, "status": _node_status(store, row)}
    store.create("v1/Node", None, node, manager="kubelet")


def _node_labels(row: Json) -> dict[str, str]:
    labels = {
        "kubernetes.io/hostname": row["name"],
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": row["zone"],
        "node.openshift.io/os_id": "rhel",
    }
    return labels | {f"node-role.kubernetes.io/{role}": "" for role in row["roles"]}


def _node_status(store: Store, row: Json) -> Json:
    now = store.stamp()
    allocatable = CAPACITY | {"cpu": "15500m", "memory": "64691168Ki"}
    return {
        "capacity": CAPACITY,
        "allocatable": allocatable,
        "addresses": [
            *({"type": "InternalIP", "address": address} for address in row["addresses"]),
            {"type": "Hostname", "address": row["name"]},
        ],
        "conditions": [
            {
                "type": kind,
                "status": status,
                "reason": reason,
                "message": "",
                "lastHeartbeatTime": now,
                "lastTransitionTime": now,
            }
            for kind, status, reason in NODE_CONDITIONS
        ],
        "nodeInfo": {
            **{key: _identity(row["name"], key) for key in ("bootID", "machineID", "systemUUID")},
            "architecture": "amd64",
            "operatingSystem": "linux",
            "kernelVersion": KERNEL,
            "osImage": OS_IMAGE,
            "containerRuntimeVersion": "cri-o://1.33.5-3.rhaos4.20.gitd0ea985.el9",
            "kubeletVersion": "v1.33.5",
            "kubeProxyVersion": "v1.33.5",
        },
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
    }


def _identity(node: str, key: str) -> str:
    return str(uuid5(NAMESPACE_DNS, f"{key}.{node}"))


def _open_kind(row: Json) -> Json:
    """A CustomResourceDefinition that keeps whatever it is given."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": row["version"], "served": True, "storage": True}
    version |= {"schema": {"openAPIV3Schema": schema}, "subresources": {"status": {}}}
    names = {"kind": row["kind"], "plural": row["plural"], "singular": row["kind"].lower()}
    names |= {"listKind": f"{row['kind']}List", "shortNames": row.get("short", [])}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{row['plural']}.{row['group']}"},
        "spec": {
            "group": row["group"],
            "names": names,
            "scope": "Namespaced" if row.get("namespaced") else "Cluster",
            "versions": [version],
        },
    }


def workload(row: Json) -> Json:
    labels = {"app": row["name"], **row.get("labels", {})}
    selector = {"app": labels["app"]}
    spec: Json = {"containers": list(_containers(row)), "tolerations": [{"operator": "Exists"}]}
    if row.get("host"):
        spec["hostNetwork"] = True
    body: Json = {
        "selector": {"matchLabels": selector},
        "template": {"metadata": {"labels": labels}, "spec": spec},
    }
    if row["kind"] == "Deployment":
        body["replicas"] = row.get("replicas", 1)
    metadata = {"name": row["name"], "namespace": row["namespace"], "labels": labels}
    return {"apiVersion": "apps/v1", "kind": row["kind"], "metadata": metadata, "spec": body}


def _containers(row: Json) -> Iterator[Json]:
    for name in row.get("containers", [row["name"]]):
        container: Json = {"name": name, "image": row.get("image", IMAGE)}
        container["resources"] = {"requests": {"cpu": "10m", "memory": "50Mi"}}
        if "args" in row:
            container["args"] = row["args"]
        if "ports" in row:
            container["ports"] = [_container_port(*each) for each in row["ports"].items()]
        yield container


def _container_port(name: str, text: str) -> Json:
    number, _, protocol = text.partition("/")
    return {"name": name, "containerPort": int(number), "protocol": protocol}


def _service(row: Json) -> Json:
    spec: Json = {"selector": {"app": row["app"]}}
    spec["ports"] = [_service_port(*each) for each in row["ports"].items()]
    if "address" in row:
        spec["clusterIP"] = row["address"]
    if "families" in row:
        spec["ipFamilyPolicy"] = row["families"]
    metadata = {"name": row["name"], "namespace": row["namespace"], "labels": {"app": row["app"]}}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _service_port(name: str, text: str) -> Json:
    number, _, rest = text.partition("/")
    protocol, _, target = rest.partition(":")
    port: Json = {"name": name, "port": int(number), "protocol": protocol}
    if target:
        port["targetPort"] = int(target) if target.isdigit() else target
    return port
