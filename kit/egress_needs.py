"""What EgressIP scenarios stand on beside the kind itself: a far end, an address, a free label."""

from __future__ import annotations

from ipaddress import ip_address

from catalog.needs import Need
from catalog.upstream import OVN_API
from kit.capabilities import Capability, supported, unsupported
from kit.cluster import Cluster
from kit.errors import Refused, UsageError
from kit.far_end import WHERE, Settings, echo_end
from kit.free_address import candidate, given_by_a_cloud
from kit.node_labels import homes

NEEDS = (Need.ECHO, Need.EGRESS_ADDRESS, Need.NODES_TO_LABEL)
WRITES = (("patch", "", "nodes"), ("patch", "k8s.ovn.org", "egressips"))


def egress_needs(cluster: Cluster, settings: Settings) -> dict[Need, Capability]:
    """Read-only; nothing is asked where the cluster has no such kind, or we may not label nodes."""
    why_not = _why_not(cluster)
    if why_not:
        return dict.fromkeys(NEEDS, unsupported(why_not))
    return {
        Need.ECHO: _echo(settings.echo),
        Need.EGRESS_ADDRESS: _address(cluster, settings.egress_ip),
        Need.NODES_TO_LABEL: _nodes(cluster),
    }


def _why_not(cluster: Cluster) -> str:
    if not cluster.serves(OVN_API, "EgressIP"):
        return f"the API server does not serve {OVN_API} EgressIP"
    denied = [
        f"{verb} {plural}" for verb, group, plural in WRITES if not cluster.can(verb, group, plural)
    ]
    return f"the suite's user may not {' nor '.join(denied)}" if denied else ""


def _echo(url: str) -> Capability:
    if not url:
        return unsupported(f"pass --echo URL, or say `echo` in {WHERE} (see manifests/far-end)")
    try:
        return supported(f"told to ask {echo_end(url).address}")
    except UsageError as wrong:
        return unsupported(str(wrong))


def _address(cluster: Cluster, address: str) -> Capability:
    if address:
        return _is_address(address)
    guess = _guess(cluster)
    if guess and given_by_a_cloud(cluster):
        return supported(f"{guess} is a guess, which the cloud refuses should somebody have it")
    hint = f"; {guess} looks free and may not be" if guess else ""
    return unsupported(f"pass --egress-ip ADDRESS, or say `egress-ip` in {WHERE}{hint}")


def _guess(cluster: Cluster) -> str:
    """None where we may not see who has which address."""
    try:
        return candidate(cluster)
    except Refused:
        return ""


def _is_address(text: str) -> Capability:
    try:
        return supported(f"told to use {ip_address(text)}")
    except ValueError:
        return unsupported(f"--egress-ip wants an address, not {text!r}")


def _nodes(cluster: Cluster) -> Capability:
    others = [home.name for home in homes(cluster) if home.strangers]
    if others:
        return unsupported(f"somebody else lets {', '.join(others)} hold egress addresses")
    return supported("no node is labelled by anybody else")
