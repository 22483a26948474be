"""A kubeconfig of a service account on a simulated cluster, with the rights it was given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kit.cluster import Cluster
from kit.connection import Ask
from kit.kubeconfig import load


def kubeconfig_of(admin: Path, namespace: str, account: str, target: Path) -> Path:
    """The administrator's file with a token of the account instead."""
    cluster = Cluster(load(admin))
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    made = cluster._connection.expect(Ask("POST", path, body=body))
    document: dict[str, Any] = yaml.safe_load(admin.read_text())
    for user in document["users"]:
        user["user"] = {"token": made["status"]["token"]}
    target.write_text(yaml.safe_dump(document))
    target.chmod(0o600)
    return target
