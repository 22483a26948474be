"""Whether a run is meant for this cluster: by its own word for production, by the user's list.

Production is said by a label or an annotation called `environment`, `env` or `stage`, behind any
prefix, whose value is `production`, `prod` or `live`, on one of the objects that speak for a whole
cluster: OpenShift's Infrastructure and ClusterVersion, the namespaces kube-system and default and
the collector's, or any node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from kit.cluster import Cluster
from kit.errors import Refused, UsageError

CONFIG_API = "config.openshift.io/v1"
WORDS = ("environment", "env", "stage")
PRODUCTION = ("production", "prod", "live")
NAMESPACES = ("kube-system", "default")

Object = Mapping[str, Any]


def refuse_strangers(cluster: Cluster, allowed: Iterable[str]) -> None:
    """UsageError when there is a list and the cluster is not on it; by names it cannot choose."""
    wanted = {each.rstrip("/") for each in allowed}
    if not wanted:
        return
    known = {name for name in (cluster.target.server, *_names(cluster)) if name}
    if not wanted & known:
        raise UsageError(
            f"this cluster is not among --allow-cluster {', '.join(sorted(wanted))}: it is "
            f"{' or '.join(sorted(known))}"
        )


def refuse_production(cluster: Cluster, home: str) -> None:
    """UsageError when the cluster calls itself production; `home` is the collector's namespace."""
    said = next(claims(cluster, home), "")
    if said:
        raise UsageError(
            f"this cluster calls itself production ({said}): nothing was touched; --observe "
            "changes nothing there, --i-know-this-is-production runs all the same"
        )


def claims(cluster: Cluster, home: str) -> Iterator[str]:
    """Each place where the cluster says so; a place that may not be read says nothing."""
    for look in _places(cluster, home):
        for item in _looked(look):
            for key, value in _marks(item).items():
                word = key.rpartition("/")[2].lower()
                if word in WORDS and value.lower() in PRODUCTION:
                    yield f"{item['kind']} {item['metadata']['name']}: {key}={value}"


def _places(cluster: Cluster, home: str) -> Iterator[Callable[[], list[Object | None]]]:
    yield lambda: [cluster.get(CONFIG_API, "Infrastructure", "cluster")]
    yield lambda: [cluster.get(CONFIG_API, "ClusterVersion", "version")]
    for name in dict.fromkeys((*NAMESPACES, home)):
        yield partial(_namespace, cluster, name)
    yield lambda: list(cluster.list("v1", "Node"))


def _namespace(cluster: Cluster, name: str) -> list[Object | None]:
    return [cluster.get("v1", "Namespace", name)]


def _looked(look: Callable[[], list[Object | None]]) -> list[Object]:
    try:
        return [item for item in look() if item is not None]
    except Refused:
        return []


def _marks(item: Object) -> dict[str, str]:
    metadata = item["metadata"]
    return {**(metadata.get("labels") or {}), **(metadata.get("annotations") or {})}


def _names(cluster: Cluster) -> list[str]:
    """What an OpenShift cluster was given when it was installed."""
    found = _looked(lambda: [cluster.get(CONFIG_API, "Infrastructure", "cluster")])
    status = (found[0].get("status") or {}) if found else {}
    keys = ("infrastructureName", "apiServerURL")
    return [str(status.get(key) or "").rstrip("/") for key in keys]
