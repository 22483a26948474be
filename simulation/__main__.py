"""`python -m simulation`: serve the simulated cluster until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from catalog.needs import INSTALLABLE, OFFLINE, REMOVABLE, Need
from simulation.clock import FAST
from simulation.cluster import Simulation
from simulation.faults import UnknownFault, known
from simulation.hardships import UnknownHardship

PACES = {"fast": FAST, "real": 1.0}
USAGE_ERROR = 4


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.list_faults:
        _say("\n".join(f"{name:38} {says}" for name, says in sorted(known().items())))
        return 0
    try:
        simulation = Simulation(
            options.seed,
            PACES[options.pace],
            options.fault,
            options.directory,
            production=options.production,
            without=options.without,
            hardships=options.hardship,
        )
    except (UnknownFault, UnknownHardship) as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_ERROR
    asked_to_end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked_to_end.set())
    kubeconfig = simulation.start()
    try:
        _say(_directions(kubeconfig, simulation.low_privilege_kubeconfig))
        asked_to_end.wait()
    finally:
        simulation.stop()
    _say("The simulated cluster has stopped.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the same seed repeats every chance")
    parser.add_argument("--pace", choices=PACES, default="fast", help="fast is 60 times real time")
    parser.add_argument("--fault", action="append", default=[], help="be wrong in this way")
    parser.add_argument("--hardship", action="append", default=[], help="be hard to judge so")
    parser.add_argument("--without", type=_need, action="append", default=[], help="lack this")
    parser.add_argument("--directory", type=Path, help="where the kubeconfig goes")
    parser.add_argument("--production", action="store_true", help="be marked as production")
    parser.add_argument("--list-faults", action="store_true", help="name all faults and stop")
    return parser


def _need(word: str) -> Need:
    known = {need.name.lower(): need for need in (*REMOVABLE, *OFFLINE, *INSTALLABLE)}
    if word not in known:
        raise argparse.ArgumentTypeError(f"{word!r} is unknown: there is {', '.join(known)}")
    return known[word]


def _directions(kubeconfig: Path, low_privilege: Path | None) -> str:
    return (
        "The simulated cluster is up; Ctrl-C ends it. From another shell:\n\n"
        f"    kubectl --kubeconfig {kubeconfig} get pods -A\n"
        f"    pytest --kubeconfig {kubeconfig}\n\n"
        f"Somebody with few rights: {low_privilege}"
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
