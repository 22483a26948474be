"""`python -m selftest.least [PROFILE] [PYTEST ARGUMENTS]`: a whole run under exactly its role.

It must be green, and it must have used each right that the role grants: what nobody used is not
the smallest role.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from catalog.needs import INSTALLABLE
from catalog.rights import Right
from kit.cluster import Cluster
from kit.install import Wishes, installed
from kit.install.charts import Charts
from kit.kubeconfig import load
from kit.preflight import places
from kit.programs import Programs
from kit.roles import ACCOUNT, HOME
from kit.wait import Waiting
from selftest.roles import FOLDER, of_profile
from selftest.runner import kubeconfig_of
from selftest.suite_aside import Ended, run
from simulation import Simulation
from simulation.apiserver.access import Request, User

COLLECTOR = "netobserv"
ON_OPENSHIFT = ("features/pipeline_metrics.feature", "features/pipeline_gateway.feature")
SELECTED = {
    "core": ("-m", "core"),
    "extended": (),
    "observe": ("--observe",),
    "openshift": ON_OPENSHIFT,
}
BESIDE = {"openshift": ("extended", "openshift")}
"""Roles that mean something on top of another alone."""
UNSEEN = (
    ("patch", "coordination.k8s.io", "leases", "a Lease is renewed once a minute"),
    ("get", "", "services", "of the service kubernetes, where the cluster offers TLS tracking"),
    ("bind", "rbac.authorization.k8s.io", "clusterroles", "asked about inside the API server"),
    ("create", "", "pods/portforward", "newer API servers ask for it over a WebSocket as well"),
    ("get", "loki.grafana.com", "network", "asked about by the gateway"),
    ("get", "monitoring.coreos.com", "prometheuses/api", "asked about by Thanos' own proxy"),
    ("get", "", "namespaces", "asked for in a namespace's own name, which the record keeps apart"),
)
"""Rights that a short run does not use, and why they are needed all the same."""


@dataclass
class Runner:
    """A simulated cluster with the runner's account and what that one has asked for."""

    simulation: Simulation
    directory: Path
    used: set[tuple[str, str, str, str]] = field(default_factory=set)

    def start(self, profile: str) -> Path:
        """The kubeconfig of an account with the profile's role and no other right."""
        kubeconfig = self.simulation.start()
        admin = Cluster(load(kubeconfig))
        if self.simulation.without:
            waiting, charts = Waiting(speed=admin.speed), Charts(Programs({"PATH": ""}), kubeconfig)
            installed(admin, waiting, Wishes(), charts, lambda _line: None)
        folders = ("account", *BESIDE.get(profile, (profile,)))
        for item in (item for folder in folders for item in objects(FOLDER / folder)):
            admin.apply(item)
        admin.close()
        target = kubeconfig_of(kubeconfig, HOME, ACCOUNT, self.directory / "runner")
        self.simulation.parts.store.access.heard = self._hear
        return target

    def _hear(self, user: User, asked: Request) -> None:
        if user.name.endswith(f":{ACCOUNT}") and not asked.path:
            part = f"{asked.resource}/{asked.subresource}".rstrip("/")
            self.used.add((asked.verb, asked.group, part, asked.namespace))

    def unused(self, rights: Iterator[Right]) -> list[str]:
        """What was granted and never asked for; a right for everywhere is used anywhere."""
        where = places(COLLECTOR)
        anywhere = {(verb, group, resource) for verb, group, resource, _ in self.used}
        found = []
        for right in rights:
            for verb in right.verbs:
                asked = (verb, right.group, right.resource)
                place = where[right.where]
                seen = (*asked, place) in self.used if place else asked in anywhere
                if not seen and asked not in {each[:3] for each in UNSEEN}:
                    found.append(f"{verb} {right.resource}{right.group and '.' + right.group}")
        return found


def objects(folder: Path) -> list[dict[str, Any]]:
    """In an order in which they can be applied."""
    files = sorted(path for path in folder.glob("*.yaml") if path.stem != "kustomization")
    items: list[dict[str, Any]] = [yaml.safe_load(path.read_text()) for path in files]
    return sorted(items, key=lambda item: item["kind"].endswith("Binding"))


def rights_of(profile: str) -> Iterator[Right]:
    return (right for doing in of_profile(profile) for right in doing.rights)


def under(profile: str, directory: Path, *arguments: str) -> tuple[Ended, Runner]:
    without = INSTALLABLE if profile == "openshift" else ()
    runner = Runner(Simulation(seed=1, directory=directory, without=without), directory)
    try:
        kubeconfig = runner.start(profile)
        return run(kubeconfig, directory / "build", *arguments), runner
    finally:
        runner.simulation.stop()


def main(arguments: list[str]) -> int:
    profile, *more = arguments or ["extended"]
    with tempfile.TemporaryDirectory() as directory:
        ended, runner = under(profile, Path(directory), *SELECTED[profile], *more)
    unused = runner.unused(rights_of(profile))
    sys.stdout.write(ended.output + "".join(f"never used: {each}\n" for each in unused))
    sys.stdout.write(f"{profile}: exit {ended.code}, {len(unused)} rights never used\n")
    return ended.code or bool(unused)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
