"""`python -m selftest.kills [--kills N] [--seed N]`: kill runs, restore, clean up, compare."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from selftest.kills.cluster import served
from selftest.kills.killing import Length, Outcome, measure, strike
from selftest.kills.plan import WORKERS, Kill, kill


def main(arguments: list[str]) -> int:
    asked = _arguments(arguments)
    seeds = range(asked.seed, asked.seed + asked.kills)
    kills = [kill(seed, asked.workers) for seed in seeds]
    lengths: dict[tuple[str, str], Length] = {}
    outcomes: list[Outcome] = []
    while len(outcomes) < len(kills):
        outcomes += _until_trouble(kills[len(outcomes) :], lengths)
    met = Counter(outcome.when for outcome in outcomes)
    bad = [outcome for outcome in outcomes if outcome.trouble]
    told = ", ".join(f"{count} {when}" for when, count in met.most_common())
    _say(f"{len(outcomes) - len(bad)} of {len(outcomes)} kills restored and cleaned up ({told})")
    for outcome in bad:
        again = f"--kills 1 --seed {outcome.kill.seed}"
        _say(f"again: python -m selftest.kills {again} --workers {outcome.kill.workers}")
    return 1 if bad else 0


def _until_trouble(kills: list[Kill], lengths: dict[tuple[str, str], Length]) -> list[Outcome]:
    """One cluster for all, which each leaves as it found it; a new one after one that did not."""
    outcomes = []
    with tempfile.TemporaryDirectory() as name, served(Path(name), kills[0].seed) as cluster:
        for each in kills:
            like = (each.selection, each.workers)
            if like not in lengths:
                lengths[like] = measure(cluster, each, Path(name) / "build")
            outcomes.append(strike(cluster, each, lengths[like], Path(name) / "build"))
            _tell(outcomes[-1])
            if outcomes[-1].trouble:
                break
    return outcomes


def _tell(outcome: Outcome) -> None:
    mark = "✗" if outcome.trouble else "✓"
    _say(f"{mark} {outcome.kill.said()}: {outcome.when} ({outcome.seconds:.1f} s)")
    for line in outcome.trouble:
        _say(f"    {line}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m selftest.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many; the seeds follow on")
    parser.add_argument("--seed", type=int, default=1, help="of the first kill")
    says = "of every run, where the seed would choose"
    parser.add_argument("--workers", choices=WORKERS, default="", help=says)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
