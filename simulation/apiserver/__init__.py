"""The simulated cluster's API server: a Kubernetes API over HTTPS, and the store behind it."""

from __future__ import annotations

from simulation.apiserver import definitions
from simulation.apiserver.errors import ApiError
from simulation.apiserver.hooks import Logs, Metrics
from simulation.apiserver.kubeconfig import write_kubeconfig
from simulation.apiserver.proxy import HttpReply, HttpRequest, ServiceProxy
from simulation.apiserver.resources import Resource
from simulation.apiserver.server import Server, serve
from simulation.apiserver.store import Store

__all__ = [
    "ApiError",
    "HttpReply",
    "HttpRequest",
    "Logs",
    "Metrics",
    "Resource",
    "Server",
    "ServiceProxy",
    "Store",
    "definitions",
    "serve",
    "write_kubeconfig",
]
