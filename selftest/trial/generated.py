"""`python -m selftest.trial.generated`: mutants made from the catalog, and who has killed each.

One honest run examines every claim about flows (see examination); one run for each way to mistake
the end of a probe sees whether every scenario with such a probe notices (see flips).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from catalog.outcomes import Outcome
from selftest.trial.equivalents import flip, flip_reason, reason
from selftest.trial.hearing import HASTE, say
from selftest.trial.runs import ROOT, run
from selftest.trial.runs import Outcome as Ran

OUTPUT = ROOT / "build" / "trial" / "generated"
EXAMINATION, FLIPS = "selftest.trial.examination", "selftest.trial.flips"
MISTAKABLE = (Outcome.CONNECTED, Outcome.TIMED_OUT, Outcome.REFUSED)
"""What scenarios claim; each is mistaken for each other, and for a broken probe."""


@dataclass(frozen=True)
class Mutant:
    """`killers` are scenarios that do not pass with it, `overlooked` those that pass wrongly."""

    name: str
    killers: tuple[str, ...]
    overlooked: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    accepted: str = ""

    @property
    def right(self) -> bool:
        dead = bool(self.killers) and not self.overlooked
        return (dead or bool(self.accepted)) and not self.strangers

    def told(self) -> str:
        if self.strangers:
            return f"also red: {', '.join(self.strangers)}"
        if self.overlooked:
            return f"overlooked by: {', '.join(self.overlooked)}"
        return self.accepted or f"killed by {', '.join(self.killers)}" if self.right else "survived"


def main() -> int:
    asked = _arguments()
    shutil.rmtree(OUTPUT, ignore_errors=True)
    began = time.monotonic()
    fields, honest = examined(asked.seed)
    mutants = fields if asked.fields else [*fields, *_flipped(asked, honest)]
    (OUTPUT / "generated.md").write_text(page(mutants))
    wrong = [mutant for mutant in mutants if not mutant.right]
    for mutant in wrong:
        say(f"✗ {mutant.name}: {mutant.told()}")
    accepted = sum(bool(mutant.accepted) for mutant in mutants)
    say(
        f"{len(mutants)} generated mutants in {time.monotonic() - began:.0f} s: "
        f"{len(mutants) - len(wrong) - accepted} killed, {accepted} equivalent, {len(wrong)} not "
        f"as they should be; the table is {OUTPUT / 'generated.md'}"
    )
    return 1 if wrong else 0


def examined(seed: int) -> tuple[list[Mutant], Ran]:
    """Every field wrong in every way; SystemExit when the suite is not green to begin with."""
    folder = OUTPUT / "fields"
    honest = run((), (), folder, seed, (EXAMINATION,), workers="0")
    if honest.trouble or honest.not_passed:
        raise SystemExit(f"not green without a fault: {honest.trouble or honest.not_passed}")
    killed: dict[str, list[str]] = json.loads((folder / "examination.json").read_text())
    mutants = [
        Mutant(name, tuple(killers), accepted="" if killers else reason(name))
        for name, killers in killed.items()
    ]
    return mutants, honest


def _flipped(asked: argparse.Namespace, honest: Ran) -> list[Mutant]:
    pairs = [
        (truth, lie)
        for truth, lie in product(MISTAKABLE, (*MISTAKABLE, Outcome.BROKEN_PROBE))
        if truth is not lie
    ]
    with ThreadPoolExecutor(asked.at_once) as pool:
        return list(pool.map(lambda pair: flipped(*pair, honest, asked.seed), pairs))


def flipped(truth: Outcome, lie: Outcome, honest: Ran, seed: int) -> Mutant:
    """The whole suite with one end of probes told as another.

    Who shares a set-up with a scenario that was lied to may be inconclusive, and must not fail.
    """
    name = flip(truth, lie)
    folder = OUTPUT / f"{truth.name} as {lie.name}"
    ran = run((), (), folder, seed, (HASTE, FLIPS), flip=f"{truth.value}>{lie.value}")
    lied_to = _lied_to(folder)
    passed = {title for title, how in ran.endings.items() if how == "passed"}
    failed = {title for title, how in ran.endings.items() if how == "failed"}
    overlooked = sorted(title for title in lied_to & passed if not flip_reason(name, title))
    return Mutant(
        name,
        killers=tuple(sorted(lied_to - passed)),
        overlooked=tuple(overlooked),
        strangers=tuple(sorted(failed - lied_to - honest.not_passed)),
    )


def _lied_to(folder: Path) -> set[str]:
    return {title for file in folder.glob("flips-*.json") for title in json.loads(file.read_text())}


def page(mutants: Sequence[Mutant]) -> str:
    rows = [f"| {'✓' if m.right else '✗'} | {m.name} | {m.told()} |" for m in mutants]
    head = [
        "# Generated mutants",
        "",
        "| | what is wrong | who has noticed |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m selftest.trial.generated", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--fields", action="store_true", help="leave the ends of probes alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
