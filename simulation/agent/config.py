"""What the operator tells an eBPF agent through its environment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.upstream import DEFAULT_CACHE_MAX_FLOWS


@dataclass(frozen=True)
class AgentConfig:
    """One agent's configuration; the defaults are the operator's, timeouts are in seconds.

    `features` holds the CRD's names. `flow_filter` holds rules as the operator writes them into
    FLOW_FILTER_RULES; None without a filter, which is not the same as a filter without rules.
    """

    sampling: int = 50
    cache_active_timeout: float = 15.0
    cache_max_flows: int = DEFAULT_CACHE_MAX_FLOWS
    features: frozenset[str] = frozenset()
    privileged: bool = False
    flow_filter: tuple[dict[str, Any], ...] | None = None
    version: tuple[int, ...] = (1, 11, 1)
    interfaces: tuple[str, ...] = ()
    exclude_interfaces: tuple[str, ...] = ("lo",)

    def watches(self, interface: str) -> bool:
        """By name, or by `/regular expression/`. Source: ebpf-agent 1.12, pkg/ifaces/filter.go."""
        wanted = not self.interfaces or _named(interface, self.interfaces)
        return wanted and not _named(interface, self.exclude_interfaces)

    def runs(self, feature: str) -> bool:
        """Whether the feature really works: without privileges the agent leaves some out.

        Source: operator 1.11, api/flowcollector/v1beta2/helper.go (ENABLE_PKT_DROPS is not set).
        """
        if feature not in self.features:
            return False
        if feature == "PacketDrop":
            return self.privileged or "EbpfManager" in self.features
        return self.privileged or feature not in ("NetworkEvents", "UDNMapping")


def _named(interface: str, patterns: Sequence[str]) -> bool:
    return any(
        re.search(each[1:-1], interface) if re.fullmatch("/.*/", each) else each == interface
        for each in map(str.strip, patterns)
    )
