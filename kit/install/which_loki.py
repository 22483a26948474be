"""Which Loki an existing FlowCollector writes to: one that we could bring, or another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from catalog.upstream import DEFAULT_NAMESPACE

ELSEWHERE = "elsewhere"
OURS = "loki"
"""The name of the LokiStack, and of the Service of the Loki of one process, that we install."""


def loki_of(collector: Mapping[str, Any] | None) -> str | None:
    """lokistack or monolithic where it wants ours, `elsewhere`; None without a FlowCollector."""
    if collector is None:
        return None
    spec = collector.get("spec", {})
    loki, home = spec.get("loki", {}), spec.get("namespace") or DEFAULT_NAMESPACE
    if not loki.get("enable", True):
        return ELSEWHERE
    mode = loki.get("mode", "Monolithic")
    if mode == "LokiStack":
        stack = loki.get("lokiStack", {})
        named = stack.get("name", OURS), stack.get("namespace") or home
        return "lokistack" if named == (OURS, DEFAULT_NAMESPACE) else ELSEWHERE
    url = loki.get("monolithic", {}).get("url", "http://loki:3100/")
    name, _, rest = (urlsplit(url).hostname or "").partition(".")
    named = name, rest.partition(".")[0] or home
    ours = mode == "Monolithic" and named == (OURS, DEFAULT_NAMESPACE)
    return "monolithic" if ours else ELSEWHERE
