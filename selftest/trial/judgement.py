"""Whether a fault was caught by exactly those that it names."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.faults import EVERYTHING, WITHOUT_FLOWS, Fault
from selftest.trial.runs import Outcome


@dataclass(frozen=True)
class Judgement:
    """`missed` named scenarios stayed green, `strangers` turned red without being named."""

    fault: str
    caught: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def right(self) -> bool:
        return bool(self.caught) and not (self.missed or self.strangers or self.trouble)

    def told(self) -> str:
        if self.trouble:
            return self.trouble
        if self.right:
            return f"caught by {len(self.caught)}"
        parts = ["survived: nobody caught it"] if not self.caught else []
        parts += [f"missed by: {', '.join(self.missed)}"] if self.missed else []
        parts += [f"also red: {', '.join(self.strangers)}"] if self.strangers else []
        return "; ".join(parts)


def judge(fault: Fault, outcome: Outcome) -> Judgement:
    if outcome.trouble:
        return Judgement(fault.name, trouble=outcome.trouble)
    named, red = expected(fault, outcome), outcome.not_passed
    return Judgement(
        fault.name,
        caught=tuple(sorted(red & named)),
        missed=tuple(sorted(named - red)),
        strangers=tuple(sorted(red - named)),
    )


def expected(fault: Fault, outcome: Outcome) -> set[str]:
    """The titles that a fault names, with files and `every scenario` spelt out."""
    return {
        title
        for title, file in outcome.files.items()
        if outcome.endings[title] != "skipped" and _is_named(fault, title, file)
    }


def _is_named(fault: Fault, title: str, file: str) -> bool:
    if title in fault.caught_by or file in fault.caught_by:
        return True
    spared = title in WITHOUT_FLOWS or file in WITHOUT_FLOWS
    return EVERYTHING in fault.caught_by and not spared


def unknown(fault: Fault, outcome: Outcome) -> list[str]:
    """Names in `caught_by` that are no scenario of the suite (any more)."""
    known = {*outcome.endings, *outcome.files.values(), EVERYTHING}
    return sorted(set(fault.caught_by) - known)
