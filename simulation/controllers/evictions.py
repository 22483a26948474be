"""What a kubelet says when it takes a pod off a node that is short of memory."""

from __future__ import annotations


def low_on_memory(container: str, used: str, request: str) -> str:
    """Source: kubelet pkg/kubelet/eviction/helpers.go."""
    return (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 87324Ki. "
        f"Container {container} was using {used}, request is {request}, "
        "has larger consumption of memory. "
    )
