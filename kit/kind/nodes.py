"""The nodes: made by kind, recognised as ours again, readied for OVN-Kubernetes, and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kit.errors import InfrastructureError
from kit.install.versions import INSTALL
from kit.kind.engine import LABEL, Engine
from kit.kind.wishes import KindWishes
from kit.programs import Failed, Programs, Ran

CONFIG = INSTALL / "kind" / "cluster.yaml"
DEFINITIONS = INSTALL / "kind" / "definitions"
CREATE_LIMIT, LOAD_LIMIT, QUICK = 900.0, 900.0, 60.0
ZONE = "k8s.ovn.org/zone-name"
TAINT = "node-role.kubernetes.io/control-plane:NoSchedule-"
SYSCTLS = ("net.ipv6.conf.all.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1")
"""OVN-Kubernetes moves the node's addresses to its bridge; containers start without IPv6 there."""


@dataclass
class Nodes:
    """The kind cluster of these wishes."""

    programs: Programs
    engine: Engine
    wishes: KindWishes

    def there(self) -> bool:
        """True when it can be taken up again; InfrastructureError when the name is somebody's."""
        name = self.wishes.name
        if name not in self.clusters():
            return False
        if self._begun.exists():
            self.remove()
            return False
        self.write_kubeconfig()
        try:
            found = self.kubectl(
                "get", "nodes", "--selector", f"{LABEL}={name}", "--output", "name"
            )
        except Failed as failure:
            raise InfrastructureError(
                f"there is a kind cluster {name} that does not answer ({failure.ran.said}): start "
                f"its containers, or remove it with `kind delete cluster --name {name}`"
            ) from None
        if not found.output.split():
            raise InfrastructureError(
                f"the kind cluster {name} is somebody else's (its nodes do not carry {LABEL}): "
                "choose another name with --kind-name"
            )
        return True

    def make(self) -> None:
        """Three nodes without a network; what a failure leaves half-made is removed."""
        self.wishes.directory.mkdir(parents=True, exist_ok=True)
        self._begun.touch()
        config = self.wishes.directory / "cluster.yaml"
        config.write_text(CONFIG.read_text().replace("MARK", self.wishes.name))
        image = self.wishes.image("kind-node-image")
        words = ["create", "cluster", "--name", self.wishes.name, "--image", image]
        words += ["--config", str(config), "--kubeconfig", str(self.wishes.kubeconfig)]
        try:
            self._kind(*words, within=CREATE_LIMIT)
        except Failed:
            self.remove()
            raise
        self._begun.unlink()

    def load(self) -> None:
        """Images from the archive into every node."""
        if self.wishes.archive is not None:
            name = ("--name", self.wishes.name)
            self._kind("load", "image-archive", str(self.wishes.archive), *name, within=LOAD_LIMIT)

    def ready_for_network(self) -> None:
        """What the chart of OVN-Kubernetes expects of nodes; harmless when done before."""
        for node in self.names():
            self.engine.execute(node, "sysctl", "--ignore", *SYSCTLS)
            self.kubectl("label", "node", node, f"{ZONE}={node}", "--overwrite")
        self.kubectl("taint", "nodes", "--all", TAINT, check=False)
        self.kubectl("apply", "--filename", str(DEFINITIONS))

    def clusters(self) -> list[str]:
        return self._kind("get", "clusters", within=QUICK).output.split()

    def names(self) -> list[str]:
        return self._kind("get", "nodes", "--name", self.wishes.name, within=QUICK).output.split()

    def api_server(self) -> str:
        """Its address on kind's network: names of containers mean nothing to pods."""
        node = f"{self.wishes.name}-control-plane"
        address = self.engine.address(node)
        if not address:
            raise InfrastructureError(f"the container {node} has no address on kind's network")
        return f"https://{address}:6443"

    def write_kubeconfig(self) -> None:
        text = self._kind("get", "kubeconfig", "--name", self.wishes.name, within=QUICK).output
        self.wishes.directory.mkdir(parents=True, exist_ok=True)
        self.wishes.kubeconfig.touch(mode=0o600)
        self.wishes.kubeconfig.write_text(text)

    def remove(self) -> None:
        self._kind("delete", "cluster", "--name", self.wishes.name, within=LOAD_LIMIT)
        self._begun.unlink(missing_ok=True)

    def kubectl(
        self, *words: str, within: float = QUICK, check: bool = True, given: str = ""
    ) -> Ran:
        place = ("--kubeconfig", str(self.wishes.kubeconfig))
        return self.programs.run("kubectl", *words, *place, within=within, check=check, given=given)

    @property
    def _begun(self) -> Path:
        """Exists while kind is at work: what is there then is half a cluster of ours."""
        return self.wishes.directory / "begun"

    def _kind(self, *words: str, within: float) -> Ran:
        return self.programs.run("kind", *words, within=within)
