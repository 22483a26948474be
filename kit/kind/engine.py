"""Docker or Podman: whichever answers; containers, networks and images through it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from kit.errors import InfrastructureError, UsageError
from kit.programs import INSTALL_HINTS, Failed, Programs

ENGINES = ("docker", "podman")
NETWORK = "kind"
LABEL = "netobserv-egress-conformance/kind"
PULL_LIMIT, QUICK = 600.0, 30.0


@dataclass
class Engine:
    """One that answers."""

    programs: Programs
    name: str

    def environment(self) -> dict[str, str]:
        """kind takes Docker unless it is told otherwise."""
        return {"KIND_EXPERIMENTAL_PROVIDER": "podman"} if self.name == "podman" else {}

    def load(self, archive: Path) -> None:
        self.programs.run(self.name, "load", "--input", str(archive), within=PULL_LIMIT)

    def execute(self, container: str, *words: str) -> None:
        self.programs.run(self.name, "exec", container, *words, within=QUICK)

    def address(self, container: str) -> str:
        """Its IPv4 address on kind's network; empty when it is not there."""
        form = "{{.NetworkSettings.Networks." + NETWORK + ".IPAddress}}"
        ran = self.programs.run(
            self.name, "inspect", "--format", form, container, within=QUICK, check=False
        )
        return ran.output.strip() if ran.code == 0 else ""

    def start(self, container: str, image: str, mark: str, *words: str) -> None:
        """A container that runs on kind's network until it is removed."""
        options = ["--detach", "--restart", "unless-stopped", "--network", NETWORK]
        options += ["--name", container, "--label", f"{LABEL}={mark}"]
        self.programs.run(self.name, "run", *options, image, *words, within=PULL_LIMIT)

    def ours(self, mark: str) -> list[str]:
        """Names of the containers that carry our mark, running or not."""
        wanted = f"label={LABEL}={mark}"
        form = "{{.Names}}"
        ran = self.programs.run(
            self.name, "ps", "--all", "--filter", wanted, "--format", form, within=QUICK
        )
        return ran.output.split()

    def remove(self, container: str) -> None:
        self.programs.run(self.name, "rm", "--force", container, within=QUICK)

    def free_address(self) -> str:
        """The last but some of kind's IPv4 network that no container has: engines count upwards."""
        (found,) = self.programs.run(self.name, "network", "inspect", NETWORK, within=QUICK).json()
        taken = set(_addresses(found))
        for subnet in _subnets(found):
            network = ip_network(subnet)
            for offset in range(6, 60):
                address = str(network.broadcast_address - offset)
                if network.version == 4 and address not in taken:
                    return address
        raise InfrastructureError(f"the network {NETWORK} has no free IPv4 address for an EgressIP")


def engine(programs: Programs) -> Engine:
    """The first that answers; a sentence about each that does not."""
    there = [name for name in ENGINES if programs.find(name)]
    if not there:
        raise UsageError(
            f"neither docker nor podman is on the PATH: {INSTALL_HINTS['docker']}, then try again"
        )
    silent = []
    for name in there:
        try:
            programs.run(name, "info", within=QUICK)
        except Failed as failure:
            silent.append(f"{name} does not answer ({failure.ran.said})")
        else:
            return Engine(programs, name)
    raise InfrastructureError(f"{'; '.join(silent)}: start it, or see that you may use it")


def _subnets(network: dict[str, Any]) -> list[str]:
    """Docker and Podman spell them differently."""
    configured = (network.get("IPAM") or {}).get("Config") or network.get("subnets") or []
    return [str(each.get("Subnet") or each.get("subnet")) for each in configured]


def _addresses(network: dict[str, Any]) -> list[str]:
    containers = network.get("Containers") or network.get("containers") or {}
    return [str(each.get("IPv4Address", "")).partition("/")[0] for each in containers.values()]
