"""The images that a run and an installation pull: what an air-gapped cluster has to mirror."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import yaml

from kit.install.versions import INSTALL, versions
from kit.kustomize import FILE, built
from kit.manifests import ROOT
from kit.mirror import Image, at, image

PURPOSES = {
    "netobserv-images": "installing off OpenShift",
    "cert-manager-images": "installing off OpenShift",
    "kind-node-image": "kind",
    "ovn-image": "kind",
    "responder-image": "kind",
    "runner-base-image": "making the runner's image",
}
"""What the images of versions.yaml are for that stand in no object."""
BUILT_HERE = "flow-conformance"
"""The runner's own image: made from ci/Containerfile and pushed by its user, nobody's to pull."""
NIGHTLY = ROOT / "nightly"
OPERATORS = ("loki", "netobserv")
NOT_LISTED = (
    f"# Not listed: {BUILT_HERE}:latest, the runner's image: `make image BASE=...` makes it\n"
    "# Not listed: what operators of OpenShift bring: see --format imageset, for oc-mirror\n"
    "# Not listed: Helm charts, for installing off OpenShift: see --format charts"
)

MIRRORS = "config.openshift.io/v1"


@dataclass(frozen=True)
class Needed:
    """An image, and what it is needed for."""

    image: Image
    by: str


def images() -> list[str]:
    """Every image reference that scenarios run, once, sorted."""
    return sorted({str(needed.image) for needed in needed_images() if needed.by == "scenarios"})


def needed_images() -> list[Needed]:
    """All of them: scenarios, the nightly, manifests/install, the charts, and kind."""
    found = [*_of_scenarios(), *_of_installing(), *_of_versions()]
    seen: dict[str, Needed] = {}
    for each in found:
        seen.setdefault(str(each.image), each)
    return sorted(seen.values(), key=lambda each: (each.by, str(each.image)))


def with_digests(needed: Iterable[Needed], digests: Mapping[str, str]) -> list[Needed]:
    """What is known of a reference is added to it."""
    return [
        replace(each, image=replace(each.image, digest=digests[str(each.image)]))
        if str(each.image) in digests
        else each
        for each in needed
    ]


def listed(needed: Iterable[Needed]) -> str:
    """A line an image, under what it is for; what has no digest yet says so."""
    lines: list[str] = []
    for by, group in groupby(needed, key=lambda each: each.by):
        lines += [f"# {by}", *map(_line, group)]
    return "\n".join([*lines, NOT_LISTED])


def _line(each: Needed) -> str:
    unknown = "" if each.image.digest else "  # no digest is known: --resolve asks its registry"
    return f"{each.image}{unknown}"


def mirror_map(needed: Iterable[Needed], registry: str) -> str:
    """For `oc image mirror --filename`, and for any other tool that copies: SOURCE=DESTINATION."""
    return "\n".join(f"{each.image}={_destination(each.image, registry)}" for each in needed)


def mirror_sets(needed: Iterable[Needed], registry: str) -> str:
    """Image mirror sets for digests and tags: references stay, the nodes look elsewhere."""
    names = sorted({each.image.name for each in needed})
    mirrors = [{"source": name, "mirrors": [at(registry, name)]} for name in names]
    kinds = {"ImageDigestMirrorSet": "imageDigestMirrors", "ImageTagMirrorSet": "imageTagMirrors"}
    documents = [
        {
            "apiVersion": MIRRORS,
            "kind": kind,
            "metadata": {"name": "netobserv-egress-conformance"},
            "spec": {key: mirrors},
        }
        for kind, key in kinds.items()
    ]
    return yaml.safe_dump_all(documents, sort_keys=False).rstrip()


def image_set(needed: Iterable[Needed]) -> str:
    """For oc-mirror v2: the operators by their catalogue, which names their images, and the rest.

    Source: oc-mirror, v2/internal/pkg/api/v2alpha1/type_config.go.
    """
    pins = versions()
    packages = [
        {"name": f"{name}-operator", "channels": [{"name": pins[f"{name}-channel"]}]}
        for name in OPERATORS
    ]
    catalogue = str(image(pins["catalogue-image"]))
    rest = [{"name": str(each.image)} for each in needed]
    document = {
        "apiVersion": "mirror.openshift.io/v2alpha1",
        "kind": "ImageSetConfiguration",
        "mirror": {
            "operators": [{"catalog": catalogue, "packages": packages}],
            "additionalImages": rest,
        },
    }
    return yaml.safe_dump(document, sort_keys=False).rstrip()


def _destination(source: Image, registry: str) -> str:
    """A copy is pushed by its tag; its digest follows from what it is."""
    bare = replace(source, digest="") if source.tag else source
    return at(registry, str(bare)).partition("@")[0]


def _of_scenarios() -> Iterator[Needed]:
    for file in sorted(ROOT.rglob("*.yaml")):
        if INSTALL in file.parents or file.name == FILE:
            continue
        by = "the nightly" if NIGHTLY in file.parents else "scenarios"
        for document in yaml.safe_load_all(file.read_text()):
            yield from (
                Needed(image(text), by)
                for text in _found(document)
                if not text.startswith(f"{BUILT_HERE}:")
            )


def _of_installing() -> Iterator[Needed]:
    for file in sorted(INSTALL.glob("*/kustomization.yaml")):
        if yaml.safe_load(file.read_text())["kind"] == "Kustomization":
            for document in built(file.parent):
                yield from (Needed(image(text), "installing") for text in _found(document))


def _of_versions() -> Iterator[Needed]:
    for key, by in PURPOSES.items():
        yield from (Needed(image(text), by) for text in versions()[key].split())


def _found(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "image" in node and isinstance(node["image"], str):
            yield node["image"]
        for value in node.values():
            yield from _found(value)
    elif isinstance(node, list):
        for value in node:
            yield from _found(value)
