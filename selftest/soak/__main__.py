"""`python -m selftest.soak --seeds 50`: every seed in rough weather says what a calm run says.

With --each: every hardship by itself says what a calm run says, or that it cannot say.
With --fault: the same of a cluster that is wrong in this way, since no hardship may hide it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from catalog.hardships import HARDSHIPS
from selftest.soak.comparison import Comparison, compare
from selftest.trial.runs import ROOT, Outcome, run_with

AT_ONCE = 6
"""Whole runs, each in one process: in rough weather one keeps a third of a core busy."""


class Hard(NamedTuple):
    """One run to make: its name, its options, and whether it may be in doubt."""

    name: str
    options: list[str]
    doubt: bool = False


def main() -> int:
    asked = _arguments()
    output = ROOT / "build" / "soak"
    shutil.rmtree(output, ignore_errors=True)
    with ThreadPoolExecutor(asked.at_once) as pool:
        return _soak(asked, pool, output)


def _soak(asked: argparse.Namespace, pool: ThreadPoolExecutor, output: Path) -> int:
    """The calm run goes along with the first seeds; without it none of them says anything."""
    end = time.monotonic() + asked.minutes * 60
    hard = _each(asked) if asked.each else _seeds(asked)
    lies = [word for name in asked.fault for word in ("--fault", name)]
    calm_run = pool.submit(run_with, ["--seed", "1", *lies, *asked.files], output / "calm")
    runs = [pool.submit(_run, which, [*lies, *asked.files], output, end) for which in hard]
    calm = calm_run.result()
    if said := calm.trouble or _worthless(calm, asked.fault):
        pool.shutdown(wait=False, cancel_futures=True)
        return _say(f"the soak cannot begin: {said}", 1)
    done = _compared(calm, zip(hard, runs, strict=True), lies)
    different = [one.name for one in done if not one.alike]
    told = f"{len(done)} of {len(hard)} runs made, {len(done) - len(different)} alike"
    told += f"; not alike: {', '.join(different)}" if different else ""
    return _say(told, 1 if different or not done else 0)


def _worthless(calm: Outcome, faults: Sequence[str]) -> str:
    """Why nothing could be held against a calm run; empty when it is as it has to be."""
    if faults and not calm.not_passed:
        return f"nobody notices {' and '.join(faults)} in calm weather"
    if not faults and calm.not_passed:
        return f"not green in calm weather: {sorted(calm.not_passed)}"
    return ""


def _seeds(asked: argparse.Namespace) -> list[Hard]:
    given = (("--weather", asked.weather), ("--hardship", asked.hardship))
    words = [word for option, names in given for name in names for word in (option, name)]
    doubt = any(not HARDSHIPS[name].weather for name in asked.hardship if name in HARDSHIPS)
    numbers = range(asked.first, asked.first + asked.seeds)
    rough = words or ["--weather", "rough"]
    return [Hard(f"seed {n}", ["--seed", str(n), *rough], doubt) for n in numbers]


def _each(asked: argparse.Namespace) -> list[Hard]:
    seed = ["--seed", str(asked.first)]
    return [
        Hard(name, [*seed, "--hardship", name], not hardship.weather)
        for name, hardship in HARDSHIPS.items()
    ]


def _run(which: Hard, files: Sequence[str], output: Path, end: float) -> Outcome | None:
    if time.monotonic() > end:
        return None
    return run_with([*which.options, *files], output / which.name.replace(" ", "-"))


def _compared(
    calm: Outcome, runs: Iterable[tuple[Hard, Future[Outcome | None]]], lies: list[str]
) -> list[Comparison]:
    """Each is told as soon as it is over; those that no time was left for are not among them."""
    done = []
    for which, run in runs:
        if (seen := run.result()) is not None:
            options = [*which.options, *lies]
            done.append(compare(calm, seen, which.name, options, doubt=which.doubt))
            _say(done[-1].told(), 0)
    return done


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m selftest.soak", description=__doc__)
    parser.add_argument("files", nargs="*", help="feature files (all of them)")
    parser.add_argument("--seeds", type=int, default=10, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--each", action="store_true", help="each hardship instead of each seed")
    parser.add_argument("--fault", action="append", default=[], help="the cluster is wrong so")
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--minutes", type=float, default=600.0, help="begin no run after this")
    for option in ("--weather", "--hardship"):
        parser.add_argument(option, action="append", default=[], help="instead of --weather rough")
    asked = parser.parse_args()
    asked.files = asked.files or ["features"]
    return asked


def _say(sentence: str, code: int) -> int:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
