"""The page that shows who caught what."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.faults import FAULTS_BY_NAME
from selftest.trial.judgement import Judgement
from selftest.trial.runs import Outcome


def page(judgements: Sequence[Judgement], honest: Outcome) -> str:
    """Markdown: a table of faults, then the scenarios that no fault has put to the test."""
    rows = [_row(judgement) for judgement in judgements]
    tested = {title for judgement in judgements for title in judgement.caught}
    idle = sorted(set(honest.endings) - tested)
    untested = [f"- {title}" for title in idle] or ["None."]
    return "\n".join(
        [
            "# The suite on trial",
            "",
            f"{len(judgements)} faults against {len(honest.endings)} scenarios.",
            "",
            "| | fault | what the cluster does wrong | caught by |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            "## Scenarios that no fault turned red",
            "",
            *untested,
            "",
        ]
    )


def _row(judgement: Judgement) -> str:
    says = FAULTS_BY_NAME[judgement.fault].says
    told = "<br>".join(judgement.caught) if judgement.right else judgement.told()
    return f"| {'✓' if judgement.right else '✗'} | {judgement.fault} | {says} | {told} |"
