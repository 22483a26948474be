"""`python -m selftest.soak --seeds 50`: every seed in rough weather says what a calm run says."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from selftest.soak.comparison import Seed, compare
from selftest.trial.runs import ROOT, Outcome, run_with

AT_ONCE = 2
"""Whole runs: in rough weather one of them keeps a core busy."""


def main() -> int:
    asked = _arguments()
    output = ROOT / "build" / "soak"
    shutil.rmtree(output, ignore_errors=True)
    calm = run_with(["--seed", "1", *asked.files], output / "calm")
    if calm.trouble or calm.not_passed:
        said = calm.trouble or f"not green in calm weather: {sorted(calm.not_passed)}"
        return _say(f"the soak cannot begin: {said}", 1)
    seeds = _all(asked, calm, output)
    different = [seed.number for seed in seeds if not seed.alike]
    told = f"{len(seeds)} of {asked.seeds} seeds, {len(seeds) - len(different)} alike"
    if different:
        told += f"; not alike: {', '.join(map(str, different))}"
    return _say(told, 1 if different or not seeds else 0)


def _all(asked: argparse.Namespace, calm: Outcome, output: Path) -> list[Seed]:
    end = time.monotonic() + asked.minutes * 60
    numbers = range(asked.first, asked.first + asked.seeds)
    seeds = []
    with ThreadPoolExecutor(asked.at_once) as pool:
        for seed in pool.map(lambda number: _one(asked, calm, output, number, end), numbers):
            if seed is not None:
                seeds.append(seed)
                _say(seed.told(), 0)
    return seeds


def _one(
    asked: argparse.Namespace, calm: Outcome, output: Path, number: int, end: float
) -> Seed | None:
    if time.monotonic() > end:
        return None
    options = ["--seed", str(number), *asked.hard]
    rough = run_with([*options, *asked.files], output / f"seed-{number}")
    return compare(calm, rough, number, options)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m selftest.soak", description=__doc__)
    parser.add_argument("files", nargs="*", help="feature files (all of them)")
    parser.add_argument("--seeds", type=int, default=10, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--minutes", type=float, default=600.0, help="begin no run after this")
    for option in ("--weather", "--hardship"):
        parser.add_argument(option, action="append", default=[], help="instead of --weather rough")
    asked = parser.parse_args()
    given = {"--weather": asked.weather, "--hardship": asked.hardship}
    named = [word for option, names in given.items() for name in names for word in (option, name)]
    asked.hard = named or ["--weather", "rough"]
    asked.files = asked.files or ["features"]
    return asked


def _say(sentence: str, code: int) -> int:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
