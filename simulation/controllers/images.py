"""Images: which can be pulled, which are more than scenery, and which nodes hold them already."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from simulation import population
from simulation.controllers.hub import Hub, Json, Span


@dataclass(frozen=True)
class Image:
    """What is known of one image reference."""

    reference: str
    idle: bool = False
    missing: bool = False
    starts_in: Span | None = None
    stops_in: Span | None = None


class Images:
    """The first rule whose pattern is found in the reference speaks; without one it is plain."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._rules = [(re.compile(rule["match"]), rule) for rule in population.read("images.yaml")]
        self._pulled: set[tuple[str, str]] = set()
        self.withholds: Callable[[Json], bool] = lambda _pod: False

    def look_up(self, reference: str) -> Image:
        for pattern, rule in self._rules:
            if pattern.search(reference):
                return _image(reference, rule)
        return Image(reference)

    def can_pull(self, pod: Json, image: Image) -> bool:
        lied = self._hub.faults.active(FAULT) and is_probe(pod)
        return not (image.missing or lied or self.withholds(pod) or self.refused(image))

    def refused(self, image: Image) -> bool:
        """Whether a registry wants credentials that nobody has; a population is there already."""
        if self._hub.settling:
            return False
        refused = (part for name, part in REFUSALS.items() if self._hub.faults.active(name))
        return any(re.search(part, image.reference) for part in refused)

    def present(self, node: str, reference: str) -> bool:
        return (node, reference) in self._pulled

    def keep(self, node: str, reference: str) -> None:
        self._pulled.add((node, reference))


def _image(reference: str, rule: Json) -> Image:
    starts, stops = rule.get("starts_in"), rule.get("stops_in")
    return Image(
        reference,
        rule.get("idle", False),
        rule.get("missing", False),
        (starts[0], starts[1]) if starts else None,
        (stops[0], stops[1]) if stops else None,
    )


FAULT = "probe-image-missing"
REFUSALS = {
    "public-registries-unreachable": r"^(docker\.io|ghcr\.io|quay\.io/minio|"
    r"registry\.(k8s\.io|access\.redhat\.com))/",
    "operator-image-refused": r"-operator[:@]|-rhel9-operator",
    "object-store-image-refused": r"/minio[:@]",
    "loki-image-refused": r"/(logging-loki-rhel9|loki)[:@]",
}


def is_probe(pod: Json) -> bool:
    """A pod of its own that runs once: what a prober makes, and no workload does."""
    bare = not pod["metadata"].get("ownerReferences")
    return bare and pod["spec"].get("restartPolicy") == "Never"


def pull_error(reference: str, refused: bool = False) -> str:
    """What CRI-O says of a reference that its registry does not know, or does not give away."""
    repository, _, tag = reference.partition("@")[0].rpartition(":")
    if not repository or "/" in tag:
        repository, tag = reference, "latest"
    why = "unauthorized: access to the requested resource is not authorized"
    return (
        f"initializing source docker://{repository}:{tag}: reading manifest {tag} in "
        f"{repository}: {why if refused else 'manifest unknown'}"
    )
