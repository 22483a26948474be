"""What the operator's webhook refuses in a FlowCollector, and what it warns of."""

from __future__ import annotations

from typing import Any

import pytest

from simulation.apiserver import ApiError
from simulation.apiserver.flowcollector import Surroundings, admitted, errors, warnings

OPENSHIFT = Surroundings(nodes=3, openshift="4.20.21")


def rules(*listed: dict[str, Any], enable: bool = True) -> dict[str, Any]:
    return {"agent": {"ebpf": {"flowFilter": {"enable": enable, "rules": list(listed)}}}}


def ebpf(**fields: Any) -> dict[str, Any]:
    return {"agent": {"ebpf": fields}}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"cidr": "10.0.0.0"}, "invalid CIDR address: 10.0.0.0"),
        ({"ports": "80-"}, 'end port in range: invalid port number strconv.ParseUint: parsing ""'),
        ({"ports": "90-80"}, "invalid port range: start is greater or equal to end"),
        ({"ports": "80,90,100"}, "invalid ports couple"),
        ({"ports": "0"}, "invalid port 0"),
        ({"ports": "70000"}, "value out of range"),
        ({"ports": 80, "sourcePorts": 90}, "with ports and sourcePorts, they are mutually"),
        ({"ports": 80, "destPorts": 90}, "with ports and destPorts, they are mutually"),
    ],
)
def test_a_filter_rule_is_refused(rule: dict[str, Any], said: str) -> None:
    (found,) = errors(rules(rule))
    assert said in found
    assert list(errors(rules(rule, enable=False))) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"cidr": "10.1.2.3/8", "ports": "80"},
        {"ports": "80-90"},
        {"ports": "80,90", "peerCIDR": "nonsense"},
        {"sourcePorts": 1, "destPorts": 2},
    ],
)
def test_a_filter_rule_passes(rule: dict[str, Any]) -> None:
    assert list(errors(rules(rule))) == []


def test_the_same_networks_twice() -> None:
    rule = {"cidr": "10.0.0.0/8", "peerCIDR": "10.1.0.0/16"}
    (found,) = errors(rules(rule, rule | {"ports": 1}))
    assert found == "flow filter rule CIDR and PeerCIDR 10.0.0.0/8-10.1.0.0/16 already exists"


def test_conversations_want_loki_and_another_model() -> None:
    spec = {"processor": {"logTypes": "Conversations"}, "loki": {"enable": False}}
    assert len(list(errors(spec))) == 2
    assert list(errors(spec | {"deploymentModel": "Direct", "loki": {}})) == []


def test_a_health_rule_wants_a_threshold_and_a_possible_group() -> None:
    variant = {"groupBy": "Workload", "thresholds": {}}
    rule = {"template": "IPsecErrors", "variants": [variant]}
    assert len(list(errors({"processor": {"metrics": {"healthRules": [rule]}}}))) == 2


def test_a_refusal_is_forbidden_and_names_the_webhook() -> None:
    obj = {"metadata": {"name": "cluster"}, "spec": rules({"cidr": "x"})}
    with pytest.raises(ApiError) as refused:
        admitted(obj, OPENSHIFT)
    assert refused.value.code == 403
    assert refused.value.message == (
        'admission webhook "flowcollectorconversionwebhook.netobserv.io" denied the request: '
        "invalid CIDR address: x"
    )


@pytest.mark.parametrize(
    ("spec", "around", "said"),
    [
        (ebpf(features=["PacketDrop"]), OPENSHIFT, "or to use with eBPF Manager"),
        (ebpf(features=["UDNMapping"]), OPENSHIFT, "The UDNMapping feature requires eBPF Agent"),
        (
            ebpf(features=["NetworkEvents"], privileged=True),
            Surroundings(openshift="4.18.3"),
            "NetworkEvents feature requires OpenShift 4.19.0 or above (version detected: 4.18.3)",
        ),
        (
            ebpf(features=["PacketDrop"], privileged=True),
            Surroundings(),
            "Unknown environment, cannot detect if the feature PacketDrop is supported",
        ),
        (ebpf(logLevel="trace"), OPENSHIFT, "The log level for the eBPF agent is trace"),
        ({"processor": {"logTypes": "All"}}, OPENSHIFT, "Enabling all log types"),
        ({"deploymentModel": "Direct"}, Surroundings(nodes=15), "(15 >= 15)"),
        ({"loki": {"monolithic": {"installDemoLoki": True}}}, OPENSHIFT, "InstallDemoLoki option"),
        (
            {"deploymentModel": "Direct", **ebpf(advanced={"scheduling": {"nodeSelector": {}}})},
            OPENSHIFT,
            "Mismatch detected between",
        ),
    ],
)
def test_it_warns_once(spec: dict[str, Any], around: Surroundings, said: str) -> None:
    (found,) = warnings(spec, around)
    assert said in found


@pytest.mark.parametrize(
    "spec",
    [
        {},
        ebpf(features=["DNSTracking", "FlowRTT", "PacketTranslation", "IPSec"]),
        ebpf(features=["PacketDrop", "NetworkEvents", "UDNMapping"], privileged=True),
        ebpf(features=["PacketDrop", "EbpfManager"]),
    ],
)
def test_it_has_nothing_to_say(spec: dict[str, Any]) -> None:
    assert list(warnings(spec, OPENSHIFT)) == []
