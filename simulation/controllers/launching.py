"""What a container runs: a program of a controller's own, scenery, or a program of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.controllers.containers import ContainerRun, Doomed, Idle, Process
from simulation.controllers.hub import Json
from simulation.controllers.podfiles import environment, expand, files, host_paths
from simulation.world import Container, argv_of

if TYPE_CHECKING:
    from simulation.controllers.podrun import PodRun


def process(run: PodRun, pod: Json, container: ContainerRun) -> Process:
    """Started, with all that the pod gives it; Missing when the pod refers to what is not there."""
    assert run.endpoint is not None
    spec, store = container.spec, run.hub.store
    env, content = environment(store, pod, spec), files(store, pod, spec)
    for program in run.hub.programs:
        found: Process | None = program(pod, spec, env)
        if found is not None:
            return found
    if container.image.idle:
        return Doomed() if run.kubelet.is_doomed(run.pod) else Idle()
    command, args = ([expand(w, env) for w in spec.get(k) or []] for k in ("command", "args"))
    argv = argv_of(spec["image"], command, args)
    privileged = bool((spec.get("securityContext") or {}).get("privileged"))
    made = Container(spec["image"], argv, env, content, privileged, host_paths(pod, spec))
    return run.hub.world.launch(run.endpoint, made)
