"""Whether a fault was caught by exactly those that it names."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from catalog.fault import EVERYTHING, LEFT_OVERS, Fault
from catalog.order_faults import WITHOUT_FLOWS
from selftest.trial.runs import Outcome

READS_WHAT_OTHERS_LEFT = "flow_schema.feature"
"""It judges the records of the whole run: alone it has none, so it goes along with all others."""


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
    red = outcome.caught
    return Judgement(
        fault.name,
        caught=tuple(sorted(red & expected(fault, outcome))),
        missed=tuple(sorted(due(fault, outcome) - red)),
        strangers=tuple(sorted(red - expected(fault, outcome))),
    )


def puzzling(faults: Sequence[Fault], outcome: Outcome) -> set[str] | None:
    """The files in which not just those are red whom the faults name together; None: in all.

    Which fault it is, or whether they only hide one another, has to be seen in other runs.
    """
    named = set().union(*(expected(fault, outcome) for fault in faults))
    overdue = set().union(*(due(fault, outcome) for fault in faults)) - outcome.caught
    surprises = overdue | (outcome.caught - named)
    if outcome.trouble or LEFT_OVERS in surprises:
        return None
    return {outcome.files[title] for title in surprises}


def heard(faults: Sequence[Fault], outcome: Outcome, unclear: Set[str]) -> list[Judgement]:
    """Several faults in one run, each caught by whom it names, but for files that are unclear."""
    clear = {title for title, file in outcome.files.items() if file not in unclear} | {LEFT_OVERS}
    red = outcome.caught & clear
    return [
        Judgement(fault.name, caught=tuple(sorted(red & expected(fault, outcome))))
        for fault in faults
    ]


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


def due(fault: Fault, outcome: Outcome) -> set[str]:
    """Those of them who could notice: who reads what others leave needs one that shows the lie."""
    named, run = expected(fault, outcome), {*outcome.files.values()}
    shown = {outcome.files.get(title, LEFT_OVERS) for title in named} - {READS_WHAT_OTHERS_LEFT}
    if shown or run & {*fault.shown_in}:
        return named
    return {title for title in named if outcome.files.get(title) != READS_WHAT_OTHERS_LEFT}


def _is_named(fault: Fault, title: str, file: str) -> bool:
    if title in fault.caught_by or file in fault.caught_by:
        return True
    spared = title in WITHOUT_FLOWS or file in WITHOUT_FLOWS
    return EVERYTHING in fault.caught_by and not spared


def unknown(fault: Fault, outcome: Outcome) -> list[str]:
    """Names in `caught_by` that are no scenario of the suite (any more)."""
    known = {*outcome.endings, *outcome.files.values(), EVERYTHING, LEFT_OVERS}
    return sorted(set(fault.caught_by) - known)
