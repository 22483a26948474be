"""`python -m selftest.trial [FAULT ...]`: run the suite under each fault, print who caught it."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from catalog.faults import FAULTS, FAULTS_BY_NAME, Fault
from kit.nearest import nearest
from selftest.trial.judgement import Judgement, judge, unknown
from selftest.trial.page import page
from selftest.trial.runs import ROOT, run

AT_ONCE = 4
"""Runs mostly wait: two cores carry this many."""


def main() -> int:
    asked = _arguments()
    output = ROOT / "build" / "trial"
    shutil.rmtree(output, ignore_errors=True)
    honest = run("", output / "no-fault", asked.seed)
    if honest.trouble or honest.not_passed:
        said = honest.trouble or f"not green without a fault: {sorted(honest.not_passed)}"
        return _end(f"the trial cannot begin: {said}", 1)
    if not asked.faults:
        stale = [f"{fault.name}: {name}" for fault in FAULTS for name in unknown(fault, honest)]
        if stale:
            return _end("no such scenario or feature file: " + "; ".join(stale), 1)
    judgements = _all(asked, output)
    (output / "trial.md").write_text(page(judgements, honest))
    wrong = [judgement for judgement in judgements if not judgement.right]
    survivors = sum(not judgement.caught for judgement in judgements)
    return _end(
        f"{len(judgements)} faults, {len(judgements) - len(wrong)} caught by exactly those that "
        f"they name, {survivors} survived; the table is {output / 'trial.md'}",
        1 if wrong else 0,
    )


def _all(asked: argparse.Namespace, output: Path) -> list[Judgement]:
    faults = [FAULTS_BY_NAME[name] for name in asked.faults] or list(FAULTS)
    end = time.monotonic() + asked.minutes * 60
    judgements = []
    with ThreadPoolExecutor(asked.at_once) as pool:
        for fault, judgement in zip(
            faults,
            pool.map(lambda fault: _one(fault, output, asked.seed, end), faults),
            strict=True,
        ):
            if judgement is None:
                continue
            judgements.append(judgement)
            mark = "✓" if judgement.right else "✗"
            sys.stdout.write(f"{mark} {fault.name}: {judgement.told()}\n")
            sys.stdout.flush()
    return judgements


def _one(fault: Fault, output: Path, seed: int, end: float) -> Judgement | None:
    if time.monotonic() > end:
        return None
    return judge(fault, run(fault.name, output / fault.name, seed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m selftest.trial", description=__doc__)
    parser.add_argument("faults", nargs="*", metavar="FAULT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no run after this")
    asked = parser.parse_args()
    for name in asked.faults:
        if name not in FAULTS_BY_NAME:
            parser.error(f"unknown fault {name!r}{nearest(name, FAULTS_BY_NAME)}")
    return asked


def _end(sentence: str, code: int) -> int:
    sys.stdout.write(sentence + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
