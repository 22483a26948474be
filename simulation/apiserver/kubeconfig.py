"""The kubeconfig of the simulated cluster: server, CA, token and the speed of its clock."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import yaml

from catalog.upstream import CLOCK_EXTENSION

NAME = "simulated"


def write_kubeconfig(path: Path, url: str, ca_pem: bytes | str, token: str, speed: float) -> Path:
    """Write a kubeconfig that kubectl and every client library can use; only the owner reads it."""
    pem = ca_pem.encode() if isinstance(ca_pem, str) else ca_pem
    clock = {"name": CLOCK_EXTENSION, "extension": {"speed": speed}}
    cluster = {
        "server": url,
        "certificate-authority-data": base64.b64encode(pem).decode(),
        "extensions": [clock],
    }
    context = {"cluster": NAME, "user": NAME}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": NAME, "cluster": cluster}],
        "users": [{"name": NAME, "user": {"token": token}}],
        "contexts": [{"name": NAME, "context": context}],
        "current-context": NAME,
    }
    aside = path.with_name(f".{path.name}.new")  # nobody may read half a file
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        yaml.safe_dump(document, file, sort_keys=False)
    os.replace(aside, path)
    return path
