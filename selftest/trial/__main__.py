"""`python -m selftest.trial [FAULT ...]`: run the suite under each fault, print who caught it."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from catalog.faults import FAULTS, FAULTS_BY_NAME, Fault
from kit.nearest import nearest
from selftest.trial.hearing import Hearing, say
from selftest.trial.judgement import unknown
from selftest.trial.page import html, markdown
from selftest.trial.plan import Grounds, Session, mark, sample, sessions
from selftest.trial.runs import ROOT, Outcome, read, run

AT_ONCE = 10
"""Runs mostly wait: two cores carry this many."""

OUTPUT = ROOT / "build" / "trial"


def main() -> int:
    asked = _arguments()
    shutil.rmtree(OUTPUT, ignore_errors=True)
    began = time.monotonic()
    honest = read(asked.honest) if asked.honest else run((), (), OUTPUT / "no-fault", asked.seed)
    if honest.trouble or honest.not_passed:
        said = honest.trouble or f"not green without a fault: {sorted(honest.not_passed)}"
        return _end(f"the trial cannot begin: {said}", 1)
    stale = [f"{fault.name}: {name}" for fault in FAULTS for name in unknown(fault, honest)]
    if stale:
        return _end("no such scenario or feature file: " + "; ".join(stale), 1)
    return _hear(asked, honest, began)


def _hear(asked: argparse.Namespace, honest: Outcome, began: float) -> int:
    faults = _chosen(asked)
    grounds = Grounds.of(faults, honest)
    homes = {fault.name: grounds.home(fault.name) for fault in faults}
    hearing = Hearing(OUTPUT, asked.seed, asked.at_once, began + asked.minutes * 60, homes)
    hearing.hear(_sessions(asked, faults, grounds))
    judgements = [hearing.judgement(fault) for fault in faults]
    (OUTPUT / "trial.md").write_text(markdown(judgements, honest))
    (OUTPUT / "index.html").write_text(html(judgements, honest))
    wrong = [each for each in judgements if each.wrong]
    unheard = sum(not each.complete and not each.wrong for each in judgements)
    for each in wrong:
        say(f"✗ {each.fault}: {each.told()}")
    return _end(
        f"{len(judgements)} faults against {len(honest.endings)} scenarios in {hearing.runs} runs "
        f"and {time.monotonic() - began:.0f} s: {len(judgements) - len(wrong) - unheard} caught "
        f"by exactly those that they name, {len(wrong)} not, {unheard} without a full hearing; "
        f"the table is {OUTPUT / 'trial.md'}",
        1 if wrong else 0,
    )


def _sessions(
    asked: argparse.Namespace, faults: Sequence[Fault], grounds: Grounds
) -> list[Session]:
    if asked.alone:
        return [Session((fault.name,)) for fault in faults]
    planned = sessions(faults, grounds, asked.salt)
    return planned if asked.sample is None else sample(planned, grounds, asked.salt)


def _chosen(asked: argparse.Namespace) -> list[Fault]:
    faults = [FAULTS_BY_NAME[name] for name in asked.faults] or list(FAULTS)
    if asked.sample is None:
        return faults
    return sorted(faults, key=lambda fault: mark(asked.salt, fault.name))[: asked.sample]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m selftest.trial", description=__doc__)
    add = parser.add_argument
    add("faults", nargs="*", metavar="FAULT")
    add("--seed", type=int, default=1, help="of the simulated cluster")
    add("--at-once", type=int, default=AT_ONCE, help="runs side by side")
    add("--minutes", type=float, default=60.0, help="begin no run after this")
    add("--alone", action="store_true", help="each fault by itself against the whole suite")
    add("--sample", type=int, metavar="N", help="N faults, others with every commit")
    add("--honest", type=Path, metavar="FILE", help="the conformance.json of a whole green run")
    asked = parser.parse_args()
    if asked.honest and not asked.honest.is_file():
        parser.error(f"there is no {asked.honest}: make conformance writes build/conformance.json")
    for name in asked.faults:
        if name not in FAULTS_BY_NAME:
            parser.error(f"unknown fault {name!r}{nearest(name, FAULTS_BY_NAME)}")
    asked.salt = _commit()
    return asked


def _commit() -> str:
    asked = ("git", "rev-parse", "HEAD")
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _end(sentence: str, code: int) -> int:
    say(sentence)
    return code


if __name__ == "__main__":
    sys.exit(main())
