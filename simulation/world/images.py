"""Container images: what they run when a pod names no command, as their builders set it."""

from __future__ import annotations

from collections.abc import Sequence

_ENTRYPOINTS = (
    ("agnhost", ("/agnhost",), ("pause",)),
    ("coredns", ("/coredns",), ()),
    ("flowlogs-pipeline", ("/app/flowlogs-pipeline",), ()),
    ("netobserv-ebpf-agent", ("/netobserv-ebpf-agent",), ()),
    ("loki", ("/usr/bin/loki",), ()),
    ("pause", ("/pause",), ()),
)


def argv_of(image: str, command: Sequence[str] = (), args: Sequence[str] = ()) -> tuple[str, ...]:
    """The command line of a container: the image's entrypoint and defaults where the pod has none.

    As the runtime does it, a `command` without `args` drops the image's default arguments.
    """
    entrypoint, defaults = next(
        ((run, default) for part, run, default in _ENTRYPOINTS if part in image),
        (("/bin/sh",), ()),
    )
    if command:
        return (*command, *args)
    return (*entrypoint, *(args or defaults))
