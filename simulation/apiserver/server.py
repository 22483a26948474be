"""HTTPS in front of the store."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.apiserver.store import Store


@dataclass
class Server:
    """A serving API: where it is, and the CA to trust."""

    url: str
    ca_pem: bytes

    async def close(self) -> None:
        raise NotImplementedError


async def serve(store: Store, port: int = 0) -> Server:
    raise NotImplementedError
