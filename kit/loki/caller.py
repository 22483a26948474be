"""A Loki that wants to know who asks: the caller's token, sent to nobody but that Loki."""

from __future__ import annotations

import base64
import os
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import urllib3

from kit.connection import configured
from kit.errors import InfrastructureError, Refused
from kit.forwarding import Reached, Service, pool
from kit.kubeconfig import Target
from kit.loki.calls import Answer, Params, Transport
from kit.loki.settings import LokiSettings
from kit.redact import remember

TIMEOUT = 30.0
TOKEN_VARIABLE = "LOKI_TOKEN"  # noqa: S105  # the variable's name, not a token
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
API_IN_THE_CLUSTER = ("kubernetes", "kubernetes.default", "kubernetes.default.svc")
SERVICE_CA, SERVICE_CA_KEY = "openshift-service-ca.crt", "service-ca.crt"
INGRESS_CA = ("default-ingress-cert", "openshift-config-managed", "ca-bundle.crt")
ROUTES = "route.openshift.io/v1"


class Asked(Reached, Protocol):
    """What is needed of kit.cluster.Cluster."""

    @property
    def can(self) -> Callable[..., bool]:
        """Takes verb, API group, resource, namespace and subresource."""


def in_this_cluster(target: Target) -> bool:
    """Does the suite run as a pod of the very cluster that it judges?"""
    host = urlsplit(target.server).hostname or ""
    names = (*API_IN_THE_CLUSTER, os.environ.get("KUBERNETES_SERVICE_HOST", ""))
    own = host.removesuffix(".cluster.local") in names
    return bool(host) and own and (SERVICE_ACCOUNT / "token").is_file()


def token_of(target: Target) -> str:
    """The caller's; InfrastructureError where the kubeconfig holds none, as with certificates."""
    if found := os.environ.get(TOKEN_VARIABLE, ""):
        remember(found)
        return found
    settings = configured(target).auth_settings().get("BearerToken") or {}
    kind, _, found = str(settings.get("value") or "").partition(" ")
    if kind.lower() == "bearer" and found:
        return found
    raise InfrastructureError(
        f"Loki wants a token, and the user of context {target.context!r} has none, only a "
        "certificate: log in with `oc login`, or set "
        f"{TOKEN_VARIABLE} to what `kubectl create token ACCOUNT -n NAMESPACE` prints."
    )


def forwarded(
    cluster: Asked, settings: LokiSettings, service: Service, headers: Mapping[str, str]
) -> tuple[Transport, str]:
    """The way over a port-forward, or else by the LokiStack's Route; and its name."""
    if not _may_forward(cluster, service.namespace):
        return _by_route(cluster, settings, service)
    trusted = trust(cluster, settings) if settings.split.scheme == "https" else None
    reached = pool(cluster, service, trusted)
    path = settings.split.path.rstrip("/")
    told = f"service {service}, by port-forward"
    return _transport(cluster.target, reached, path, headers), told


def _may_forward(cluster: Asked, namespace: str) -> bool:
    """Over a WebSocket it takes get; newer API servers want create as well."""
    ask = ("", "pods", namespace)
    return all(cluster.can(verb, *ask, subresource="portforward") for verb in ("get", "create"))


def _by_route(cluster: Asked, settings: LokiSettings, service: Service) -> tuple[Transport, str]:
    """It has the stack's name. Source: loki operator internal/manifests/openshift/route.go."""
    place = settings.stack, service.namespace
    route = cluster.get(ROUTES, "Route", *place) if settings.stack else None
    host = ((route or {}).get("spec") or {}).get("host")
    if not host:
        raise InfrastructureError(
            f"The way to Loki is a port-forward in the namespace {service.namespace}, which the "
            f"user of context {cluster.target.context!r} may not open: give it get and create on "
            "pods/portforward there, or pass --loki-url."
        )
    name, space, key = INGRESS_CA
    try:
        held = cluster.get("v1", "ConfigMap", name, space) or {}
    except Refused:  # it may be signed by an authority that everybody knows
        held = {}
    trusted = _context((held.get("data") or {}).get(key, ""), f"ConfigMap {space}/{name}")
    reached = urllib3.PoolManager(ssl_context=trusted, retries=False)
    base = f"https://{host}{settings.split.path}"
    return _transport(cluster.target, reached, base, {}), f"route {host}"


def named_trust(cluster: Reached, settings: LokiSettings) -> ssl.SSLContext | None:
    """Whom the FlowCollector says to believe; None where it does not say."""
    named = settings.tls.get("caCert") or {}
    if not settings.tls.get("enable"):
        return None
    if settings.tls.get("insecureSkipVerify"):
        return _without_checks()
    if named.get("name"):
        return _named(cluster, named, named.get("namespace") or settings.namespace)
    return None


def trust(cluster: Reached, settings: LokiSettings) -> ssl.SSLContext:
    """Whom to believe: the FlowCollector's own word, or else OpenShift's service CA."""
    if told := named_trust(cluster, settings):
        return told
    places = [SERVICE_CA, *([f"{settings.stack}-gateway-ca-bundle"] if settings.stack else [])]
    for name in places:
        held = cluster.get("v1", "ConfigMap", name, settings.namespace) or {}
        if pem := (held.get("data") or {}).get(SERVICE_CA_KEY):
            return _context(pem, f"ConfigMap {settings.namespace}/{name}")
    return ssl.create_default_context()


def _named(cluster: Reached, named: Mapping[str, Any], space: str) -> ssl.SSLContext:
    secret = str(named.get("type", "configmap")).lower() == "secret"
    kind = "Secret" if secret else "ConfigMap"
    held = cluster.get("v1", kind, named["name"], space) or {}
    pem = (held.get("data") or {}).get(named.get("certFile", ""), "")
    where = f"{kind} {space}/{named['name']}"
    if not pem:
        raise InfrastructureError(
            f"{where} has no certificate under {named.get('certFile', '')!r}: "
            "check tls.caCert under spec.loki of the FlowCollector."
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


def _transport(
    target: Target,
    reached: urllib3.HTTPConnectionPool | urllib3.PoolManager,
    base: str,
    headers: Mapping[str, str],
) -> Transport:
    """A 401 is asked again once: a login may have been renewed since."""
    token = [token_of(target)]

    def once(path: str, params: Params) -> urllib3.BaseHTTPResponse:
        sent = {**headers, "Authorization": f"Bearer {token[0]}"}
        where = base + path
        return reached.request("GET", where, fields=dict(params), headers=sent, timeout=TIMEOUT)

    def transport(path: str, params: Params) -> Answer:
        reply = once(path, params)
        if reply.status == 401 and (renewed := token_of(target)) != token[0]:
            token[0] = renewed
            reply = once(path, params)
        return Answer(reply.status, reply.data.decode("utf-8", "replace"), reply.headers)

    return transport
