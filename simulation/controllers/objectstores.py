"""S3 as the pods of Loki meet it: who may enter, and which buckets there are.

The store in the cluster is a MinIO: its keys are those of its environment, its buckets the folders
that its command makes. A store outside the cluster has the one bucket and key of the population.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from simulation import population
from simulation.controllers.containers import Idle
from simulation.controllers.hub import Hub, Json
from simulation.controllers.podfiles import Missing, environment
from simulation.controllers.podtemplate import is_ready

MINIO = re.compile(r"/minio[:@]")
FOLDER = re.compile(r"mkdir -p ((?:/[\w.-]+)+)")
NO_BUCKET, NO_KEY = "bucket-missing", "keys-refused"
UNKNOWN_KEY = "InvalidAccessKeyId: The Access Key Id you provided does not exist in our records."
WRONG_KEY = "SignatureDoesNotMatch: The request signature we calculated does not match."
NO_SUCH_BUCKET = "NoSuchBucket: The specified bucket does not exist"


class ObjectStores:
    """Answers `complaint` for a client's settings, as the S3 library of Loki words it."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._outside = population.read("objectstores.yaml")

    def complaint(self, settings: Mapping[str, str]) -> str:
        """Empty when the bucket can be used."""
        host = urlsplit(settings.get("endpoint", "")).hostname or ""
        keys, buckets = self._inside(host) or self._known(host) or ({}, set())
        if not keys:
            return f"RequestError: send request failed: dial tcp: lookup {host}: no such host"
        if self.hub.faults.active(NO_KEY) or settings.get("access_key_id") not in keys:
            return UNKNOWN_KEY
        if keys[settings["access_key_id"]] != settings.get("access_key_secret"):
            return WRONG_KEY
        wanted = settings.get("bucketnames", "")
        if self.hub.faults.active(NO_BUCKET) or wanted not in buckets:
            return NO_SUCH_BUCKET
        return ""

    def _known(self, host: str) -> tuple[dict[str, str], set[str]] | None:
        found = self._outside.get(host)
        return (dict(found["keys"]), set(found["buckets"])) if found else None

    def _inside(self, host: str) -> tuple[dict[str, str], set[str]] | None:
        """Service NAME.NAMESPACE…, if a ready MinIO is behind it."""
        name, _, rest = host.partition(".")
        service = self.hub.seen["Service"].get(rest.partition(".")[0], name)
        if service is None:
            return None
        wanted = (service["spec"].get("selector") or {}).items()
        for pod in self.hub.seen["Pod"].within(service["metadata"]["namespace"]):
            labels = pod["metadata"].get("labels") or {}
            if wanted <= labels.items() and is_ready(pod) and (found := self._minio(pod)):
                return found
        return None

    def _minio(self, pod: Json) -> tuple[dict[str, str], set[str]] | None:
        for container in pod["spec"]["containers"]:
            if not MINIO.search(container["image"]):
                continue
            try:
                env = environment(self.hub.store, pod, container)
            except Missing:
                return None
            words = " ".join([*(container.get("command") or []), *(container.get("args") or [])])
            folders = {found.rpartition("/")[2] for found in FOLDER.findall(words)}
            return {env.get("MINIO_ROOT_USER", ""): env.get("MINIO_ROOT_PASSWORD", "")}, folders
        return None


class Failed(Idle):
    """A program that says something and ends with an error."""

    ready = False

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self._end.set_result(1)
