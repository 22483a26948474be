"""A cluster in a thread: HTTP in front, a model of the world behind, faults by name."""

from simulation.cluster import Simulation

__all__ = ["Simulation"]
