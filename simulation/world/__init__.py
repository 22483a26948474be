"""A model of the world: packets between pods, services, nodes and outside hosts; no API objects."""

from simulation.world.images import argv_of
from simulation.world.noise import Noise
from simulation.world.nouns import (
    Container,
    Endpoint,
    Era,
    External,
    Node,
    Service,
    ServicePort,
    Settings,
    Wiring,
)
from simulation.world.process import Process
from simulation.world.world import World

__all__ = [
    "Container",
    "Endpoint",
    "Era",
    "External",
    "Node",
    "Noise",
    "Process",
    "Service",
    "ServicePort",
    "Settings",
    "Wiring",
    "World",
    "argv_of",
]
