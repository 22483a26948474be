"""Whether a fault was caught by exactly those that it names."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.fault import EVERYTHING, LEFT_OVERS, Fault
from catalog.order_faults import WITHOUT_FLOWS
from selftest.trial.runs import Outcome


@dataclass(frozen=True)
class Judgement:
    """`missed` named scenarios stayed green, `strangers` turned red without being named."""

    fault: str
    caught: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    trouble: str = ""
    complete: bool = True

    @property
    def right(self) -> bool:
        return self.complete and bool(self.caught) and not self.wrong

    @property
    def wrong(self) -> bool:
        """Known to be so, whatever runs are still to come."""
        survived = self.complete and not self.caught
        return bool(survived or self.missed or self.strangers or self.trouble)

    def told(self) -> str:
        if self.trouble:
            return self.trouble
        if self.right:
            return f"caught by {len(self.caught)}"
        if not self.wrong:
            return "not all of its runs came to pass: give the trial more minutes"
        parts = ["survived: nobody caught it"] if self.complete and not self.caught else []
        parts += [f"missed by: {', '.join(self.missed)}"] if self.missed else []
        parts += [f"also red: {', '.join(self.strangers)}"] if self.strangers else []
        return "; ".join(parts)


def judge(fault: Fault, outcome: Outcome) -> Judgement:
    """One fault, alone in its run."""
    if outcome.trouble:
        return Judgement(fault.name, trouble=outcome.trouble)
    named, red = expected(fault, outcome), outcome.caught
    return Judgement(
        fault.name,
        caught=tuple(sorted(red & named)),
        missed=tuple(sorted(named - red)),
        strangers=tuple(sorted(red - named)),
    )


def together(faults: list[Fault], outcome: Outcome) -> list[Judgement] | None:
    """Several faults in one run: each caught what it names; None when that needs a closer look."""
    named = {fault.name: expected(fault, outcome) for fault in faults}
    if outcome.trouble or outcome.caught != set().union(*named.values()):
        return None
    return [Judgement(name, caught=tuple(sorted(titles))) for name, titles in named.items()]


def sum_of(fault: str, parts: list[Judgement], complete: bool = True) -> Judgement:
    """What several runs together say of one fault."""

    def every(word: str) -> tuple[str, ...]:
        return tuple(sorted({title for part in parts for title in getattr(part, word)}))

    trouble = next((part.trouble for part in parts if part.trouble), "")
    seen = every("caught"), every("missed"), every("strangers")
    return Judgement(fault, *seen, trouble=trouble, complete=complete)


def expected(fault: Fault, outcome: Outcome) -> set[str]:
    """The titles that a fault names, with files and `every scenario` spelt out."""
    return {
        title
        for title, file in outcome.files.items()
        if outcome.endings[title] != "skipped" and _is_named(fault, title, file)
    } | ({LEFT_OVERS} & {*fault.caught_by})


def _is_named(fault: Fault, title: str, file: str) -> bool:
    if title in fault.caught_by or file in fault.caught_by:
        return True
    spared = title in WITHOUT_FLOWS or file in WITHOUT_FLOWS
    return EVERYTHING in fault.caught_by and not spared


def unknown(fault: Fault, outcome: Outcome) -> list[str]:
    """Names in `caught_by` that are no scenario of the suite (any more)."""
    known = {*outcome.endings, *outcome.files.values(), EVERYTHING, LEFT_OVERS}
    return sorted(set(fault.caught_by) - known)
