"""How much a run may use at once: pods, and bytes sent; counted by all its processes together.

A server is counted until the run ends, a client until it has ended. What would pass the limit
waits for clients to end; where the servers alone pass it, nothing is created.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from kit.errors import UsageError
from kit.ownership import PREFIX
from kit.patience import POD_FINISHED
from kit.quantity import quantity
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting

LOCKED_AT_MOST = 60.0
"""Real seconds for a look at a small file."""

DEFAULT_PODS, DEFAULT_BYTES = 100, 200_000_000
BYTES = f"{PREFIX}/bytes"
"""Annotation of a pod that says how much it sends at most, where the guess would be wrong."""

LIFETIME = 900.0
"""Seconds of a client that says nothing of its end."""

REQUEST, ENDLESS = 1_000, 10_000_000
"""Bytes of a request with its answer and their packets; and of a client that never pauses."""

CLIENTS, SERVERS = ("Pod", "Job"), ("Deployment", "DaemonSet")
Object = Mapping[str, Any]


def size(text: str) -> int:
    """Bytes of a text such as `20 MB`; ValueError when it is no size of at least one byte."""
    found = quantity(text)
    if found.measures != "size" or found.amount < 1:
        raise ValueError(f"{text!r} is not a size, such as 20 MB")
    return int(found.amount)


@dataclass
class Used:
    """`clients` and `servers` count pods by the object that makes them."""

    clients: dict[str, int] = field(default_factory=dict)
    servers: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    lasting: dict[str, tuple[int, float, float]] = field(default_factory=dict)
    """Clients that send until they are stopped: bytes of a whole life, its begin, its end."""

    @property
    def pods(self) -> int:
        return sum(self.clients.values()) + sum(self.servers.values())


class Unlimited:
    """Takes whatever is asked for."""

    def take(self, item: Object) -> None:
        """Before an object is written."""

    def give(self, item: Object) -> None:
        """A client has ended."""


@dataclass
class Ration(Unlimited):
    """Kept in a folder that all processes of the run see."""

    directory: Path
    waiting: Waiting
    pods: int = DEFAULT_PODS
    bytes: int = DEFAULT_BYTES

    def take(self, item: Object) -> None:
        """Before an object is written; UsageError or Inconclusive when that is too much."""
        if item["kind"] not in (*CLIENTS, *SERVERS):
            return
        what = f"{item['kind']} {item['metadata']['name']} has a place among --max-pods {self.pods}"
        try:
            self.waiting.eventually(
                lambda: self._try(item), lambda found: found, within=POD_FINISHED, what=what
            )
        except Unmet as full:
            raise Inconclusive(full.because) from None

    def give(self, item: Object) -> None:
        """A client has ended."""
        with self._lock:
            used = self.read()
            if used.clients.pop(_key(item), None) is not None:
                used.sent -= self._unspent(*used.lasting.pop(_key(item), (0, 0.0, 1.0)))
                self._write(used)

    def _unspent(self, whole: int, began: float, life: float) -> int:
        """What a client that was stopped has not sent of what it might have."""
        lived = (time.time() - began) * self.waiting.speed
        return int(whole * max(0.0, 1 - lived / life))

    def read(self) -> Used:
        return Used(**json.loads(self._file.read_text())) if self._file.exists() else Used()

    def _try(self, item: Object) -> Verdict:
        with self._lock:
            used = self.read()
            group = used.clients if item["kind"] in CLIENTS else used.servers
            group[_key(item)] = pods_of(item)
            servers = sum(used.servers.values())
            if servers + (item["kind"] in CLIENTS) > self.pods:
                raise UsageError(
                    f"--max-pods {self.pods} is too few: the servers of the selected scenarios "
                    f"are {servers} pods already, and a client needs one more: raise it"
                )
            if used.pods > self.pods:
                return unmet(f"{used.pods - 1} pods of the run are there")
            used.sent += bytes_of(item)
            if lasts(item):
                life = float(item["spec"].get("activeDeadlineSeconds") or LIFETIME)
                used.lasting[_key(item)] = (bytes_of(item), time.time(), life)
            if used.sent > self.bytes:
                raise UsageError(
                    f"the run would send more than --max-bytes {self.bytes}: raise it, or select "
                    "fewer scenarios"
                )
            self._write(used)
            return met()

    def _write(self, used: Used) -> None:
        self._file.write_text(json.dumps(asdict(used)))

    @property
    def _file(self) -> Path:
        return self.directory / "ration.json"

    @property
    def _lock(self) -> FileLock:
        return FileLock(self.directory / "ration.lock", timeout=LOCKED_AT_MOST)


def pods_of(item: Object) -> int:
    return int(item["spec"].get("replicas", 1)) if item["kind"] in SERVERS else 1


def bytes_of(item: Object) -> int:
    """What a client sends and is sent at most, by its command; servers only answer."""
    told = (item["metadata"].get("annotations") or {}).get(BYTES)
    if told is not None:
        return int(told)
    if item["kind"] in SERVERS:
        return 0
    text = json.dumps(item["spec"])
    if "while true" in text:
        return ENDLESS
    return 2 * len(text) + REQUEST * max(1, text.count("http://") + text.count("https://"))


def lasts(item: Object) -> bool:
    """Whether it goes on until somebody stops it."""
    return item["kind"] in CLIENTS and "while true" in json.dumps(item["spec"])


def _key(item: Object) -> str:
    metadata = item["metadata"]
    return f"{item['kind']} {metadata.get('namespace')}/{metadata['name']}"
