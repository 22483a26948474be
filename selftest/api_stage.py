"""A bare simulated API server in a thread, for tests: no controllers, no pods that run."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from kit.cluster import Cluster
from kit.connection import Connection
from kit.kubeconfig import load
from simulation.apiserver import Server, Store, definitions, serve, write_kubeconfig

Made = TypeVar("Made")


class ApiStage:
    """The store belongs to the loop: touch it through `do` only."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.store = self.do(Store)
        self.do(lambda: definitions.install(self.store))
        self.server: Server = asyncio.run_coroutine_threadsafe(
            serve(self.store), self._loop
        ).result(10)
        self.admin = self.kubeconfig(
            self.do(lambda: self.store.access.add_user("a", "system:masters"))
        )

    def do(self, action: Callable[[], Made]) -> Made:
        async def run() -> Made:
            return action()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def kubeconfig(self, token: str, name: str = "admin") -> Path:
        path = self._directory / f"kubeconfig-{name}"
        return write_kubeconfig(path, self.server.url, self.server.ca_pem, token, 60.0)

    def cluster(self) -> Cluster:
        return Cluster(load(self.admin))

    def connection(self) -> Connection:
        return Connection(load(self.admin), "selftest/1", tries=0)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.server.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


@contextmanager
def api_stage(directory: Path) -> Iterator[ApiStage]:
    stage = ApiStage(directory)
    try:
        yield stage
    finally:
        stage.close()
