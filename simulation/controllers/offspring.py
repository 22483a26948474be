"""Pods that a workload's controller makes, and what it says when it may not."""

from __future__ import annotations

from simulation.apiserver import ApiError
from simulation.controllers.events import tell, warn
from simulation.controllers.hub import Hub, Json

POD = "v1/Pod"
REFUSED = (403, 422)


def make(hub: Hub, owner: Json, pod: Json) -> bool:
    """Create the pod; False when admission refused it, which an event of the owner then says."""
    return not refusal(hub, owner, pod)


def refusal(hub: Hub, owner: Json, pod: Json) -> str:
    """Why admission refused to let the pod be made; empty when it is made."""
    try:
        made = hub.store.create(POD, owner["metadata"]["namespace"], pod)
    except ApiError as error:
        if error.code not in REFUSED:
            raise
        warn(hub, owner, "FailedCreate", f"Error creating: {error.message}")
        return error.message
    say(hub, owner, "SuccessfulCreate", f"Created pod: {made['metadata']['name']}")
    return ""


def remove(hub: Hub, owner: Json, pod: Json) -> None:
    metadata = pod["metadata"]
    hub.store.delete(POD, metadata["namespace"], metadata["name"])
    say(hub, owner, "SuccessfulDelete", f"Deleted pod: {metadata['name']}")


def say(hub: Hub, owner: Json, reason: str, message: str) -> None:
    """Nobody was there to see how the population came about."""
    if not hub.settling:
        tell(hub, owner, reason, message)
