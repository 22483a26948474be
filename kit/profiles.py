"""Results summed up: of a run, of a profile, and of the shape of all records that it has read."""

from __future__ import annotations

from typing import Any

from kit.results import Ending, Result, Run
from kit.schema import never_seen

ENDINGS = (Ending.PASSED, Ending.FAILED, Ending.SKIPPED, Ending.INCONCLUSIVE)


def verdict(run: Run, complete: bool) -> str:
    """`conformant` needs at least one pass, no failure, no doubt and a complete run."""
    count = run.count()
    if count[Ending.FAILED] or run.misshapen:
        return "not conformant"
    if count[Ending.INCONCLUSIVE] or count[Ending.USAGE] or not complete:
        return "inconclusive"
    return "conformant" if count[Ending.PASSED] else "nothing was proved"


def statistics(results: list[Result]) -> dict[str, int]:
    return {ending.value: sum(one.ending is ending for one in results) for ending in ENDINGS}


def profile(results: list[Result]) -> dict[str, Any]:
    """One word for a profile, its numbers, and every scenario that has not passed, with why."""
    return {
        "result": _word(results),
        "statistics": statistics(results),
        **{
            f"{ending.value}Scenarios": _reasons(results, ending)
            for ending in ENDINGS
            if ending is not Ending.PASSED and _reasons(results, ending)
        },
    }


def flow_schema(run: Run) -> dict[str, Any]:
    """What all processes of the run have seen together."""
    seen = {key for told in run.schema for key in told["seen"]}
    return {
        "recordsChecked": sum(told["records"] for told in run.schema),
        "violations": sorted(run.misshapen),
        "neverSeen": never_seen(sorted(seen)),
    }


def _word(results: list[Result]) -> str:
    """`partial`: nothing is wrong, and yet not everything was proved."""
    count = statistics(results)
    if count[Ending.FAILED.value]:
        return "failure"
    if not count[Ending.PASSED.value]:
        return "nothing was proved"
    whole = count[Ending.PASSED.value] == len(results)
    return "success" if whole else "partial"


def _reasons(results: list[Result], ending: Ending) -> list[dict[str, str]]:
    chosen = [result for result in results if result.ending is ending]
    return [{"scenario": result.title, "reason": result.reason} for result in chosen]
