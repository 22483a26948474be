"""What is asked of an API server, simulated or real; the answers of a real one lie beside.

Each case is a list of requests; the answer to the last one counts. NS stands for a namespace made
for the run. The widgets and the suite's own CRDs are there from the start.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.asks import Ask

ANSWERS = Path(__file__).with_name("api_answers.json")
MERGE = "application/merge-patch+json"
JSON = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"

CORE = "/api/v1/namespaces/NS"
MAPS = f"{CORE}/configmaps"
PODS = f"{CORE}/pods"
SERVICES = f"{CORE}/services"
DEPLOYMENTS = "/apis/apps/v1/namespaces/NS/deployments"
WIDGETS = "/apis/t.example.com/v1/namespaces/NS/widgets"
FIREWALLS = "/apis/k8s.ovn.org/v1/namespaces/NS/egressfirewalls"
COLLECTORS = "/apis/flows.netobserv.io/v1beta2/flowcollectors"
STRICT = [("fieldValidation", "Strict")]


@dataclass(frozen=True)
class Case:
    name: str
    asks: tuple[Ask, ...]


def post(path: str, body: Any, query: Any = ()) -> Ask:
    return Ask("POST", path, query, body)


def put(path: str, body: Any, query: Any = ()) -> Ask:
    return Ask("PUT", path, query, body)


def patch(path: str, body: Any, kind: str = MERGE, query: Any = ()) -> Ask:
    return Ask("PATCH", path, query, body, kind)


def get(path: str, query: Any = ()) -> Ask:
    return Ask("GET", path, query)


def delete(path: str, body: Any = None, query: Any = ()) -> Ask:
    return Ask("DELETE", path, query, body)


def apply(path: str, body: Any, manager: str = "m1", **more: str) -> Ask:
    return patch(path, body, APPLY, [("fieldManager", manager), *more.items()])


def config_map(name: str, data: Any = None, **metadata: Any) -> dict[str, Any]:
    head = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}}
    return head if data is None else head | {"data": data}


def pod(name: str, *containers: Any, **spec: Any) -> dict[str, Any]:
    chosen = list(containers) or [{"name": "a", "image": "i:1"}]
    return {"metadata": {"name": name}, "spec": {"containers": chosen, **spec}}


def deployment(name: str, **spec: Any) -> dict[str, Any]:
    labels = {"app": name}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "c", "image": "i:1"}]},
    }
    whole = {"selector": {"matchLabels": labels}, "template": template, **spec}
    head = {"apiVersion": "apps/v1", "kind": "Deployment"}
    return head | {"metadata": {"name": name}, "spec": whole}


def widget(name: str, **spec: Any) -> dict[str, Any]:
    head = {"apiVersion": "t.example.com/v1", "kind": "Widget", "metadata": {"name": name}}
    return head | {"spec": spec}


def firewall(name: str, *egress: Any) -> dict[str, Any]:
    head = {"apiVersion": "k8s.ovn.org/v1", "kind": "EgressFirewall", "metadata": {"name": name}}
    return head | {"spec": {"egress": list(egress)}}


def collector(name: str, **spec: Any) -> dict[str, Any]:
    head = {"apiVersion": "flows.netobserv.io/v1beta2", "kind": "FlowCollector"}
    return head | {"metadata": {"name": name}, "spec": spec}


def dry(path: str, body: Any) -> Ask:
    """A creation that leaves nothing behind, even where the object is cluster-wide."""
    return post(path, body, [("dryRun", "All")])


def named(**cases: tuple[Ask, ...] | Ask) -> list[Case]:
    return [
        Case(name, asks if isinstance(asks, tuple) else (asks,)) for name, asks in cases.items()
    ]


def answers() -> dict[str, Any]:
    return json.loads(ANSWERS.read_text())
