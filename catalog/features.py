"""The features of FlowCollector's eBPF agent: the words, the fields they add, what they need."""

from __future__ import annotations

from dataclasses import dataclass

from catalog import fields
from catalog.kinds import Field
from catalog.needs import Need


@dataclass(frozen=True)
class Feature:
    """One value of `spec.agent.ebpf.features`.

    `name` is as the CRD spells it, `phrase` as Gherkin does; `privileged` means that the agent
    admits the feature but adds nothing unless `spec.agent.ebpf.privileged` is true. `switch` is the
    agent's environment variable that the operator sets to "true" (operator agent_controller.go).
    """

    name: str
    phrase: str
    switch: str
    needs: tuple[Need, ...] = ()
    privileged: bool = False
    filled: tuple[str, ...] = ()

    @property
    def adds(self) -> tuple[Field, ...]:
        return fields.added_by(self.name)

    @property
    def fills(self) -> tuple[Field, ...]:
        """Fields that every record has, and that hold nothing but empty texts without it."""
        return tuple(fields.BY_KEY[key] for key in self.filled)

    @property
    def tag(self) -> str:
        return self.phrase.replace(" ", "_").replace("-", "_").lower()


FLOW_RTT = Feature("FlowRTT", "round-trip times", "ENABLE_RTT")
DNS_TRACKING = Feature("DNSTracking", "DNS tracking", "ENABLE_DNS_TRACKING")
PACKET_TRANSLATION = Feature("PacketTranslation", "packet translation", "ENABLE_PKT_TRANSLATION")
PACKET_DROP = Feature(
    "PacketDrop", "packet drops", "ENABLE_PKT_DROPS", (Need.PRIVILEGED_AGENT,), privileged=True
)
NETWORK_EVENTS = Feature(
    "NetworkEvents",
    "network events",
    "ENABLE_NETWORK_EVENTS_MONITORING",
    (Need.PRIVILEGED_AGENT, Need.OVN_OBSERVABILITY),
    privileged=True,
)
UDN_MAPPING = Feature(
    "UDNMapping",
    "UDN mapping",
    "ENABLE_UDN_MAPPING",
    (Need.PRIVILEGED_AGENT, Need.USER_DEFINED_NETWORKS),
    privileged=True,
    filled=("Udns",),
)
IPSEC = Feature("IPSec", "IPsec tracking", "ENABLE_IPSEC_TRACKING", (Need.IPSEC,))
TLS_TRACKING = Feature("TLSTracking", "TLS tracking", "ENABLE_TLS_TRACKING")
EBPF_MANAGER = Feature(
    "EbpfManager", "eBPF manager", "EBPF_PROGRAM_MANAGER_MODE", (Need.EBPF_MANAGER,)
)

FEATURES = (
    FLOW_RTT,
    DNS_TRACKING,
    PACKET_TRANSLATION,
    PACKET_DROP,
    NETWORK_EVENTS,
    UDN_MAPPING,
    IPSEC,
    TLS_TRACKING,
    EBPF_MANAGER,
)

BY_NAME = {feature.name: feature for feature in FEATURES}
BY_PHRASE = {feature.phrase: feature for feature in FEATURES}
