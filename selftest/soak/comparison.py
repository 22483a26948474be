"""What one seed said, held against what a calm run has said."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from selftest.trial.runs import Outcome


@dataclass(frozen=True)
class Seed:
    """One seed's differences: by title, what the calm run said and what this one did."""

    number: int
    differences: dict[str, tuple[str, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    trouble: str = ""
    command: str = ""

    @property
    def alike(self) -> bool:
        return not (self.differences or self.trouble)

    def told(self) -> str:
        """One line when all is alike; else what is not, and the command that repeats it."""
        counted = ", ".join(f"{number} {how}" for how, number in sorted(self.counts.items()))
        line = f"seed {self.number}: {counted or 'no verdict'} in {self.seconds:.0f} s"
        if self.alike:
            return line
        wrong = [self.trouble] if self.trouble else []
        wrong += [
            f"{title}: {now}, in calm weather {was}"
            for title, (was, now) in sorted(self.differences.items())
        ]
        return "\n".join([line, *(f"    {each}" for each in wrong), f"    repeat: {self.command}"])


def compare(calm: Outcome, rough: Outcome, number: int, command: list[str]) -> Seed:
    titles = sorted({*calm.endings, *rough.endings})
    said = {
        title: (calm.endings.get(title, "not run"), rough.endings.get(title, "not run"))
        for title in titles
    }
    wrong = {title: pair for title, pair in said.items() if pair[0] != pair[1]}
    return Seed(
        number,
        differences={} if rough.trouble else wrong,
        counts=dict(Counter(rough.endings.values())),
        seconds=rough.seconds,
        trouble=rough.trouble,
        command=_repeat(command, {rough.files.get(title, "") for title in wrong}),
    )


def _repeat(command: list[str], files: set[str]) -> str:
    """The scenarios' own files where they are known: a whole run takes minutes."""
    named = sorted(f"features/{Path(file).name}" for file in files if file)
    return shlex.join(["python", "-m", "pytest", *command, *(named or ["features"])])
