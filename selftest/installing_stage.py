"""An empty simulated cluster, and an installation on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.needs import INSTALLABLE
from kit.cluster import Cluster
from kit.install import Wishes, installed, removed
from kit.install.charts import Charts
from kit.install.wishes import ObjectStore
from kit.kubeconfig import load
from kit.programs import Programs
from kit.wait import Waiting
from simulation import Simulation

SPEED = 1200.0
OUTSIDE = ObjectStore(
    "https://s3.example.com", "netobserv-flows", "conformance", "a-key-of-the-lab"
)


class Scene:
    """The cluster, and what is said while it is installed."""

    def __init__(self, kubeconfig: Path, simulation: Simulation) -> None:
        self.simulation, self.target = simulation, load(kubeconfig)
        self.said: list[str] = []
        self.waiting = Waiting(speed=self.target.speed)
        self.charts = Charts(Programs({"PATH": ""}), kubeconfig)

    @property
    def cluster(self) -> Cluster:
        """One that has never heard of a kind before."""
        return Cluster(self.target, "installing")

    def install(self, wishes: Wishes | None = None, cluster: Cluster | None = None) -> str:
        wishes = wishes or Wishes()
        return installed(
            cluster or self.cluster, self.waiting, wishes, self.charts, self.said.append
        )

    def uninstall(self) -> str:
        return removed(self.cluster, self.waiting, self.charts)

    def everything(self) -> set[str]:
        """Kinds and names of what an installation could have made, or left behind."""
        cluster = self.cluster
        kinds = [("v1", "Namespace"), ("apiextensions.k8s.io/v1", "CustomResourceDefinition")]
        kinds += [("v1", "ConfigMap"), ("v1", "Secret"), ("v1", "PersistentVolumeClaim")]
        kinds += [("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet")]
        names = ("Subscription", "InstallPlan", "ClusterServiceVersion")
        kinds += [("operators.coreos.com/v1alpha1", name) for name in names]
        return {
            f"{kind} {item['metadata'].get('namespace', '')}/{item['metadata']['name']}"
            for api, kind in kinds
            if cluster.serves(api, kind)
            for item in cluster.list(api, kind)
        }


@contextmanager
def empty_cluster(directory: Path, *faults: str, without=INSTALLABLE) -> Iterator[Scene]:
    simulation = Simulation(
        seed=1, speed=SPEED, faults=faults, directory=directory, without=without
    )
    try:
        yield Scene(simulation.start(), simulation)
        assert simulation.parts.hub.troubles == []
    finally:
        simulation.stop()
