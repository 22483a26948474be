"""The API server as pods find it: a Service whose one endpoint is a node, the real server behind.

Real processes in pods (simulation/world/programs/python.py) reach it over the simulated network.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from simulation import population
from simulation.world import External, World
from simulation.world.http import TLS_ALERT
from simulation.world.packet import TCP
from simulation.world.sockets import Answer, Peer

PORT, NODE_PORT = 443, 6443


def lead_to_the_api(world: World, url: str) -> None:
    where = urlsplit(url)
    real = str(where.hostname), int(where.port or PORT)
    service, node = population.api_server()
    world.surface.sockets.listen(External(node), TCP, NODE_PORT, _distrusted)
    world.surface.gateways.update({(service, PORT): real, (node, NODE_PORT): real})


def _distrusted(payload: bytes, peer: Peer) -> Answer:
    """What simulated programs get: they do not trust the certificate."""
    del payload, peer
    return Answer((TLS_ALERT,), 0.001, tls=True)
