"""The commands `install`, `uninstall`, `kind-up`, `kind-down` and `images` of `python -m kit`."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalog.upstream import DEFAULT_NAMESPACE
from kit.caution import refuse_production
from kit.cluster import Cluster
from kit.digests import FILE as DIGESTS
from kit.digests import Told, known, moved, write
from kit.errors import InfrastructureError, UsageError
from kit.images import (
    Needed,
    image_set,
    listed,
    mirror_map,
    mirror_sets,
    needed_images,
    with_digests,
)
from kit.install import Wishes, installed, removed
from kit.install.charts import Charts, charts_in, from_mirror, pulls
from kit.install.ledger import Ledger, said
from kit.install.wishes import SIZES, object_store
from kit.kind import down, kind_wishes, up
from kit.kind.wishes import DEFAULT_NAME
from kit.kubeconfig import load
from kit.mirror import mirror
from kit.programs import Programs
from kit.registry import digests
from kit.wait import Waiting

FORMATS = ("list", "map", "mirror-sets", "imageset", "charts")


def install(asked: argparse.Namespace) -> str:
    cluster, charts = _at(asked)
    if not getattr(asked, "i_know_this_is_production", False):
        refuse_production(cluster, DEFAULT_NAMESPACE)
    return installed(cluster, _waiting(cluster), _wishes(asked), charts, _tell)


def _installed_by_then(asked: argparse.Namespace) -> str:
    """The ledger is written before each object is made, so that it forgets none."""
    again = "install again to continue from there, or `make uninstall` takes it away"
    try:
        entries = Ledger(Cluster(load(Path(asked.kubeconfig), asked.context))).entries
    except (InfrastructureError, UsageError, KeyboardInterrupt):
        return again
    return f"of ours there is {', '.join(map(said, entries)) or 'nothing'}; {again}"


def _half_a_cluster(_asked: argparse.Namespace) -> str:
    return "run it again to continue from there, or `make kind-down` takes away what there is"


def uninstall(asked: argparse.Namespace) -> str:
    cluster, charts = _at(asked)
    return removed(cluster, _waiting(cluster), charts)


def kind_up(asked: argparse.Namespace) -> str:
    """The cluster, and in it Loki, the operator and a FlowCollector."""
    settings = asked.kind_name, asked.images_archive, asked.ovn_chart
    wishes = kind_wishes(*settings, registry=_mirror(asked), ipsec=asked.ipsec)
    charts_in(asked.charts)
    _wishes(asked)  # nonsense is refused before minutes have gone into a cluster
    asked.kubeconfig, asked.context = up(Programs(), wishes, _tell), None
    done = install(asked)
    return f"{done}\nNow: make live KUBECONFIG={wishes.kubeconfig}"


def kind_down(asked: argparse.Namespace) -> str:
    return down(Programs(), kind_wishes(asked.kind_name))


def images(asked: argparse.Namespace) -> str:
    registry = _mirror(asked) or "MIRROR"
    needed, told = needed_images(), known()
    if asked.resolve:
        told = _resolved(needed, told)
    needed = with_digests(needed, {name: each.digest for name, each in told.items()})
    forms = {
        "list": lambda: listed(needed),
        "map": lambda: mirror_map(needed, registry),
        "mirror-sets": lambda: mirror_sets(needed, registry),
        "imageset": lambda: image_set(needed),
        "charts": pulls,
    }
    return forms[asked.format]()


def _resolved(needed: list[Needed], told: dict[str, Told]) -> dict[str, Told]:
    """Kept in the file of digests; what no registry told ends the command, and is named."""
    found, refused = digests(each.image for each in needed)
    for sentence in moved(told, found):
        _tell(sentence)
    today = datetime.now(UTC).date().isoformat()
    places = {str(each.image): each.image.registry for each in needed}
    fresh = {name: Told(value, f"{places[name]}, {today}") for name, value in found.items()}
    told = told | fresh
    if fresh:
        write(told, places.keys() & told.keys())
    if refused:
        raise InfrastructureError("\n".join([*refused, f"{len(found)} digests are in {DIGESTS}"]))
    return told


def add(commands: Any) -> None:
    """Each with its options."""
    bring = commands.add_parser("install", help="install what a cluster lacks, and remember it")
    _cluster_options(bring)
    _wish_options(bring)
    bring.add_argument("--i-know-this-is-production", action="store_true")
    bring.set_defaults(run=install, left=_installed_by_then)
    take = commands.add_parser("uninstall", help="remove what was installed, and nothing else")
    _cluster_options(take)
    take.set_defaults(run=uninstall)
    make = commands.add_parser("kind-up", help="bring up a kind cluster, or take it up again")
    _wish_options(make)
    make.add_argument("--images-archive", metavar="FILE")
    make.add_argument("--ovn-chart", metavar="DIR")
    make.add_argument(
        "--ipsec", action="store_true", help="nodes encrypt what they send each other"
    )
    make.set_defaults(run=kind_up, left=_half_a_cluster)
    end = commands.add_parser("kind-down", help="remove the kind cluster that kind-up has made")
    for parser in (make, end):
        parser.add_argument("--kind-name", metavar="NAME", default=DEFAULT_NAME)
    end.set_defaults(run=kind_down)
    every = commands.add_parser("images", help="print every image to mirror")
    every.add_argument("--resolve", action="store_true", help="ask the registries for digests")
    every.add_argument("--format", choices=FORMATS, default=FORMATS[0])
    every.add_argument("--registry", metavar="HOST[/PATH]")
    every.set_defaults(run=images)


def _cluster_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kubeconfig", required=True, metavar="FILE")
    parser.add_argument("--context", metavar="NAME")


def _wish_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--loki-size", metavar="SIZE", default=SIZES[0])
    for name in ("loki", "storage-class", "model", "s3-endpoint", "s3-bucket", "s3-region"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--catalogue", metavar="NAME")
    parser.add_argument("--charts", metavar="DIR")
    parser.add_argument("--registry", metavar="HOST[/PATH]")


def _wishes(asked: argparse.Namespace) -> Wishes:
    place = asked.s3_endpoint, asked.s3_bucket, asked.s3_region
    store = object_store(*place, dict(os.environ))
    about_loki = asked.loki, asked.loki_size, asked.storage_class
    return Wishes(*about_loki, asked.model, store, asked.catalogue)


def _at(asked: argparse.Namespace) -> tuple[Cluster, Charts]:
    registry = _mirror(asked)
    target = load(Path(asked.kubeconfig), asked.context)
    cluster = Cluster(target, "install", registry)
    cluster.connect()
    values, folder = from_mirror(registry), charts_in(getattr(asked, "charts", None))
    charts = Charts(Programs(), Path(asked.kubeconfig), asked.context, values, folder)
    return cluster, charts


def _mirror(asked: argparse.Namespace) -> str:
    given = getattr(asked, "registry", None)
    return mirror(given) if given is not None else ""


def _waiting(cluster: Cluster) -> Waiting:
    return Waiting(speed=cluster.target.speed)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
