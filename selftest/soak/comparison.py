"""What one hard run said, held against what a calm run has said."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from selftest.trial.runs import Outcome

DOUBT = "inconclusive"


@dataclass(frozen=True)
class Comparison:
    """One run's differences: by title, what the calm run said and what this one did, and why."""

    name: str
    differences: dict[str, tuple[str, str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
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
        line = f"{self.name}: {counted or 'no verdict'} in {self.seconds:.0f} s"
        if self.alike:
            return line
        wrong = [self.trouble] if self.trouble else []
        wrong += [
            f"{title}: {now}, in calm weather {was}{self._because(title)}"
            for title, (was, now) in sorted(self.differences.items())
        ]
        return "\n".join([line, *(f"    {each}" for each in wrong), f"    repeat: {self.command}"])

    def _because(self, title: str) -> str:
        reason = self.reasons.get(title, "")
        return f": {reason.splitlines()[0]}" if reason else ""


def compare(
    calm: Outcome, hard: Outcome, name: str, options: list[str], *, doubt: bool = False
) -> Comparison:
    """With `doubt`, a scenario may also end inconclusive where a calm one does not."""
    said = {
        title: (calm.endings.get(title, "not run"), hard.endings.get(title, "not run"))
        for title in sorted({*calm.endings, *hard.endings})
    }
    wrong = {
        title: (was, now)
        for title, (was, now) in said.items()
        if was != now and not (doubt and was in ("passed", "failed") and now == DOUBT)
    }
    return Comparison(
        name,
        differences={} if hard.trouble else wrong,
        reasons=hard.reasons,
        counts=dict(Counter(hard.endings.values())),
        seconds=hard.seconds,
        trouble=hard.trouble,
        command=_repeat(options, {hard.files.get(title, "") for title in wrong}),
    )


def _repeat(options: list[str], files: set[str]) -> str:
    """The scenarios' own files where they are known: a whole run takes minutes."""
    named = sorted(f"features/{Path(file).name}" for file in files if file)
    return shlex.join(["python", "-m", "pytest", *options, *(named or ["features"])])
