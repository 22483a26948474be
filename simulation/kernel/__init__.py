"""What the agents keep in the nodes' kernels, and how bpftool tells it."""

from simulation.kernel.nodes import NodeKernels

__all__ = ["NodeKernels"]
