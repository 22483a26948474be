"""The eBPF agents: what each node sees of the packets, and what it exports of that."""

from simulation.agent.agents import Agents
from simulation.agent.config import AgentConfig
from simulation.agent.export import Exported

__all__ = ["AgentConfig", "Agents", "Exported"]
