"""Whom to believe that a server is the one that was asked for."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Mapping
from typing import Any

import urllib3

from kit.errors import InfrastructureError, Refused
from kit.forwarding import Reached
from kit.servers import SERVICE_CA_KEY, Server

INGRESS_CA = ("default-ingress-cert", "openshift-config-managed", "ca-bundle.crt")


def named_trust(cluster: Reached, server: Server) -> ssl.SSLContext | None:
    """Whom the FlowCollector says to believe; None where it does not say."""
    named = server.tls.get("caCert") or {}
    if not server.tls.get("enable"):
        return None
    if server.tls.get("insecureSkipVerify"):
        return _without_checks()
    if named.get("name"):
        return _named(cluster, named, server)
    return None


def trust(cluster: Reached, server: Server) -> ssl.SSLContext:
    """The FlowCollector's own word, or else OpenShift's service CA."""
    if told := named_trust(cluster, server):
        return told
    for space, name in server.bundles:
        if pem := _bundle(cluster, name, space, SERVICE_CA_KEY):
            return _context(pem, f"ConfigMap {space}/{name}")
    return ssl.create_default_context()


def trust_of_routes(cluster: Reached) -> ssl.SSLContext:
    """A Route may be signed by an authority that everybody knows, or by the cluster's ingress."""
    name, space, key = INGRESS_CA
    return _context(_bundle(cluster, name, space, key), f"ConfigMap {space}/{name}")


def _bundle(cluster: Reached, name: str, space: str, key: str) -> str:
    """Empty where there is none, or where this user may not look."""
    try:
        held = cluster.get("v1", "ConfigMap", name, space) or {}
    except Refused:
        return ""
    return str((held.get("data") or {}).get(key, ""))


def _named(cluster: Reached, named: Mapping[str, Any], server: Server) -> ssl.SSLContext:
    secret = str(named.get("type", "configmap")).lower() == "secret"
    kind = "Secret" if secret else "ConfigMap"
    space = named.get("namespace") or server.namespace
    held = cluster.get("v1", kind, named["name"], space) or {}
    pem = (held.get("data") or {}).get(named.get("certFile", ""), "")
    where = f"{kind} {space}/{named['name']}"
    if not pem:
        raise InfrastructureError(
            f"{where} has no certificate under {named.get('certFile', '')!r}: "
            f"check tls.caCert under {server.place} of the FlowCollector."
        )
    return _context(base64.b64decode(pem).decode() if secret else pem, where)


def _context(pem: str, where: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if pem:
        try:
            context.load_verify_locations(cadata=pem)
        except (ssl.SSLError, ValueError):
            raise InfrastructureError(f"{where} holds no certificate that can be read.") from None
    return context


def _without_checks() -> ssl.SSLContext:
    """As insecureSkipVerify says; the API server still answers for the pod that it leads to."""
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # the owner has said so
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
