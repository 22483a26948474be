"""`python -m selftest.least [PROFILE] [PYTEST ARGUMENTS]`: a whole run under exactly its role.

It must be green, and it must have used each right that the role grants: what nobody used is not
the smallest role.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from catalog.needs import INSTALLABLE
from catalog.rights import DOINGS, Right, Where
from catalog.upstream import FLOW_COLLECTOR_API, FLOW_COLLECTOR_NAME
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
FLOW_COLLECTOR = FLOW_COLLECTOR_API, "FlowCollector", FLOW_COLLECTOR_NAME
LOKISTACK = "needs.lokistack"
ON_OPENSHIFT = tuple(
    f"features/pipeline_{subject}.feature" for subject in ("metrics", "gateway", "lokistack")
)
IN_KERNELS = tuple(
    f"features/ebpf_{subject}.feature" for subject in ("programs", "footprint", "manager")
)
SELECTED = {
    "core": ("-m", "core"),
    "extended": (),
    "observe": ("--observe",),
    "openshift": ON_OPENSHIFT,
    "footprint": ("--allow-privileged", *IN_KERNELS),
}
BESIDE = {"openshift": ("extended", "openshift"), "footprint": ("extended", "footprint")}
"""Roles that mean something on top of another alone."""
OWNS = {"sampling": 1, "features": ["FlowRTT", "DNSTracking"]}
"""What the owner of an observed cluster has on."""

LIVED = 5.0
"""Real seconds in which a crowded cluster has the traffic of the five minutes that are read."""

UNSEEN = (
    ("patch", "leases", None, "a Lease is renewed once a minute"),
    ("get", "services", None, "of the service kubernetes, where a cluster offers TLS tracking"),
    ("bind", "clusterroles", None, "asked about inside the API server"),
    ("create", "pods/portforward", None, "newer API servers ask for it over a WebSocket as well"),
    ("get", "network", None, "asked about by the gateway"),
    ("get", "prometheuses/api", None, "asked about by Thanos' own proxy"),
    ("get", "namespaces", None, "asked for in its own name, which the record keeps apart"),
    ("get", "daemonsets", Where.COLLECTOR, "flowlogs-pipeline is one in the model Direct"),
)
"""Rights that a short run does not use, where if not everywhere, and why it has them."""

ELSEWHERE = {"extended": ("lokistacks", "secrets")}
"""What PROFILE=openshift proves, since this run's cluster has no LokiStack."""


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

    def live(self, seconds: float) -> None:
        """Its owner turns two features on, and it goes on for so many real seconds."""
        assert self.simulation.kubeconfig is not None
        owner = Cluster(load(self.simulation.kubeconfig))
        owner.patch(*FLOW_COLLECTOR, {"spec": {"agent": {"ebpf": OWNS}}})
        owner.close()
        time.sleep(seconds)

    def unused(self, rights: Iterable[Right]) -> list[str]:
        """What was granted and never asked for; a right for everywhere is used anywhere."""
        single = (replace(right, verbs=(verb,)) for right in rights for verb in right.verbs)
        return [right.said() for right in dict.fromkeys(single) if not self._uses(right)]

    def _uses(self, right: Right) -> bool:
        (verb,), place = right.verbs, places(COLLECTOR)[right.where]
        wanted = (verb, right.group, right.resource)
        return any(used[:3] == wanted and place in ("", used[3]) for used in self.used)


def objects(folder: Path) -> list[dict[str, Any]]:
    """In an order in which they can be applied."""
    files = sorted(path for path in folder.glob("*.yaml") if path.stem != "kustomization")
    items: list[dict[str, Any]] = [yaml.safe_load(path.read_text()) for path in files]
    return sorted(items, key=lambda item: item["kind"].endswith("Binding"))


def rights_of(profile: str) -> Iterator[Right]:
    return (right for doing in of_profile(profile) for right in doing.rights)


def to_be_used(profile: str) -> Iterator[Right]:
    """Those that a run of ours under this role must have asked for."""
    with_lokistack = (doing for doing in DOINGS if LOKISTACK in doing.tags)
    beside = with_lokistack if profile == "openshift" else ()
    for right in chain(rights_of(profile), *(doing.rights for doing in beside)):
        asked = [verb for verb in right.verbs if not _is_excused(verb, right, profile)]
        yield replace(right, verbs=tuple(asked))


def _is_excused(verb: str, right: Right, profile: str) -> bool:
    known = [where for which, what, where, _ in UNSEEN if (which, what) == (verb, right.resource)]
    elsewhere = right.resource in ELSEWHERE.get(profile, ())
    return elsewhere or any(where in (None, right.where) for where in known)


def under(
    profile: str, directory: Path, *arguments: str, lived: float = 0.0
) -> tuple[Ended, Runner]:
    """`lived` are real seconds in which the cluster has an owner and traffic before the run."""
    simulation = Simulation(
        seed=1,
        directory=directory,
        without=INSTALLABLE if profile == "openshift" else (),
        hardships=("crowded",) if lived else (),
    )
    runner = Runner(simulation, directory)
    try:
        kubeconfig = runner.start(profile)
        if lived:
            runner.live(lived)
        return run(kubeconfig, directory / "build", *arguments), runner
    finally:
        simulation.stop()


def main(arguments: list[str]) -> int:
    profile, *more = arguments or ["extended"]
    if profile not in SELECTED:
        sys.stderr.write(f"there is no role {profile!r}: name one of {', '.join(SELECTED)}\n")
        return 4
    with tempfile.TemporaryDirectory() as directory:
        lived = LIVED if profile == "observe" else 0.0
        ended, runner = under(profile, Path(directory), *SELECTED[profile], *more, lived=lived)
    unused = runner.unused(to_be_used(profile))
    sys.stdout.write(ended.output + "".join(f"never used: {each}\n" for each in unused))
    sys.stdout.write(f"{profile}: exit {ended.code}, {len(unused)} rights never used\n")
    return ended.code or bool(unused)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
