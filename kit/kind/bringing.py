"""`make kind-up` and `make kind-down`: each step can be repeated, and failures name their cause."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catalog.upstream import SETTINGS_NAME, SETTINGS_NAMESPACE
from kit.cluster import Cluster
from kit.errors import InfrastructureError
from kit.install.causes import causes
from kit.kind.engine import Engine, engine
from kit.kind.ipsec import Ipsec
from kit.kind.network import SPACE, Network
from kit.kind.nodes import Nodes
from kit.kind.wishes import KindWishes
from kit.kubeconfig import load
from kit.programs import Failed, Programs

Tell = Callable[[str], None]
ECHO_PORT = 8080
INOTIFY = Path("/proc/sys/fs/inotify/max_user_instances")
WATCHERS = 512
"""What three nodes with OVN-Kubernetes and agents need, as kind's own list of known issues says."""

CAUSES = (
    (r"port is already allocated|address already in use|bind: .* in use", "a port is taken",
     "stop what listens there (`docker ps`, `ss -ltnp`) and try again"),
    (r"no space left on device", "the disk is full", "free 20 GB (`docker system df`)"),
    (r"too many open files", "the kernel's limits for watching files are too low",
     f"raise fs.inotify.max_user_instances to {WATCHERS}"),
    (r"pull access denied|unauthorized|denied: requested|manifest unknown|failed to pull image",
     "an image cannot be pulled",
     "log in to its registry, say --registry HOST/PATH, or bring --images-archive FILE"),
    (r"no such host|i/o timeout|network is unreachable|Could not resolve host",
     "the internet cannot be reached",
     "set HTTPS_PROXY, or bring --images-archive FILE and --ovn-chart DIR"),
    (r"timed out waiting|did not end within", "it does not become ready in time",
     "look at its pods, then try again: what is there is taken up"),
)  # fmt: skip


class NotUp(InfrastructureError):
    """The cluster did not come up; the text says why, what to try, and what is left where."""


@dataclass
class KindCluster:
    programs: Programs
    wishes: KindWishes
    tell: Tell

    def up(self) -> Path:
        """The kubeconfig of a cluster with OVN-Kubernetes and a far end, new or taken up again."""
        self.programs.require("kind", "kubectl", "helm")
        if self.wishes.chart is None:
            self.programs.require("git")
        nodes = self._nodes()
        step = "the nodes"
        try:
            self._make(nodes)
            step = "OVN-Kubernetes"
            nodes.ready_for_network()
            network = Network(nodes)
            network.bring()
            network.await_it()
            self.tell("OVN-Kubernetes is ready on every node")
            if self.wishes.ipsec:
                step = "IPsec"
                Ipsec(nodes).bring()
                self.tell("IPsec is ready on every node")
            step = "the responder"
            self._far_end(nodes.engine)
        except Failed as failure:
            raise NotUp(self._explain(step, failure, nodes)) from None
        return self.wishes.kubeconfig

    def down(self) -> str:
        """Only what is ours, and all of it; a sentence on what is gone."""
        self.programs.require("kind", "kubectl")
        nodes = self._nodes()
        gone = []
        if nodes.there():
            nodes.remove()
            gone.append(f"kind cluster {self.wishes.name}")
        for container in nodes.engine.ours(self.wishes.name):
            nodes.engine.remove(container)
            gone.append(f"container {container}")
        shutil.rmtree(self.wishes.directory, ignore_errors=True)
        return (
            f"removed: {', '.join(gone)}" if gone else "there is no kind cluster of ours to remove"
        )

    def _nodes(self) -> Nodes:
        found = engine(self.programs)
        self.programs.environment = {**self.programs.environment, **found.environment()}
        return Nodes(self.programs, found, self.wishes)

    def _make(self, nodes: Nodes) -> None:
        if nodes.there():
            self.tell(f"kind cluster {self.wishes.name} is ours and is taken up again")
        else:
            self._warn_of_limits()
            if self.wishes.archive is not None:
                nodes.engine.load(self.wishes.archive)
            nodes.make()
            self.tell(f"kind cluster {self.wishes.name} is made")
        nodes.load()

    def _warn_of_limits(self) -> None:
        if INOTIFY.is_file() and int(INOTIFY.read_text()) < WATCHERS:
            self.tell(f"fs.inotify.max_user_instances is below {WATCHERS}: nodes may fail to start")

    def _far_end(self, found: Engine) -> None:
        """A container that says who called it, and an address that nobody has."""
        name = f"{self.wishes.name}-responder"
        if name in found.ours(self.wishes.name) and not found.address(name):
            found.remove(name)
        if name not in found.ours(self.wishes.name):
            image = self.wishes.image("responder-image")
            found.start(name, image, self.wishes.name, "netexec", f"--http-port={ECHO_PORT}")
        echo = f"http://{found.address(name)}:{ECHO_PORT}"
        cluster = Cluster(load(self.wishes.kubeconfig), "kind")
        left = cluster.get("v1", "ConfigMap", SETTINGS_NAME, SETTINGS_NAMESPACE) or {}
        address = left.get("data", {}).get("egress-ip") or found.free_address()
        metadata = {"name": SETTINGS_NAME, "namespace": SETTINGS_NAMESPACE}
        data = {"echo": echo, "egress-ip": address}
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        cluster.apply(body)
        self.tell(f"the far end answers at {echo}; EgressIPs may have {address}")

    def _explain(self, step: str, failure: Failed, nodes: Nodes) -> str:
        told = [f"{what}; next, {advice}" for what, advice in self._found(failure)]
        because = f" Cause: {'; and: '.join(told)}." if told else ""
        return (
            f"{step} could not be brought up: {str(failure).rstrip('.')}.{because} "
            f"{self._left(nodes)}"
        )

    def _found(self, failure: Failed) -> list[tuple[str, str]]:
        """What the cluster itself says first, then what is known of such words."""
        text = f"{failure} {failure.ran.output} {failure.ran.errors}"
        known = [(what, advice) for words, what, advice in CAUSES if re.search(words, text)]
        if not self.wishes.kubeconfig.exists():
            return known[:1]
        try:
            cluster = Cluster(load(self.wishes.kubeconfig), "kind")
            cluster.connect()  # else each look for a cause would wait for an answer
            found = causes(cluster, (SPACE,))
        except InfrastructureError:
            found = []
        return [(cause.what, cause.next) for cause in found] or known[:1]

    def _left(self, nodes: Nodes) -> str:
        """What a failure has left on this machine."""
        try:
            there = self.wishes.name in nodes.clusters()
            left = [f"kind cluster {self.wishes.name}"] if there else []
            left += [f"container {name}" for name in nodes.engine.ours(self.wishes.name)]
        except Failed as silent:
            return f"What is left cannot be told: {silent}"
        if not left:
            return "What was half-made is removed again: nothing is left on this machine"
        return (
            f"On this machine is now: {', '.join(left)}. Run it again to continue from there, or "
            "`make kind-down` takes it away"
        )


def up(programs: Programs, wishes: KindWishes, tell: Tell) -> Path:
    return KindCluster(programs, wishes, tell).up()


def down(programs: Programs, wishes: KindWishes) -> str:
    return KindCluster(programs, wishes, lambda _line: None).down()
