"""The page that shows who caught what, as Markdown and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from catalog.faults import FAULTS_BY_NAME
from selftest.trial.judgement import Judgement
from selftest.trial.runs import Outcome

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top;
padding: .3rem .6rem; border-bottom: 1px solid #8884 } summary { cursor: pointer }
.wrong { color: #b3261e; font-weight: 600 } code { white-space: nowrap }
:root { color-scheme: light dark }
"""


def markdown(judgements: Sequence[Judgement], honest: Outcome) -> str:
    """A table of faults, then the scenarios that no fault has put to the test."""
    untested = [f"- {title}" for title in _idle(judgements, honest)] or ["None."]
    return "\n".join(
        [
            "# The suite on trial",
            "",
            f"{len(judgements)} faults against {len(honest.endings)} scenarios.",
            "",
            "| | fault | what the cluster does wrong | caught by |",
            "| --- | --- | --- | --- |",
            *(_row(judgement) for judgement in judgements),
            "",
            "## Scenarios that no fault turned red",
            "",
            *untested,
            "",
        ]
    )


def html(judgements: Sequence[Judgement], honest: Outcome) -> str:
    """The same, to be looked at: one file that calls nobody."""
    rows = "\n".join(_html_row(judgement) for judgement in judgements)
    idle = "".join(f"<li>{escape(title)}</li>" for title in _idle(judgements, honest))
    right = sum(judgement.right for judgement in judgements)
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The suite on trial</title><style>{STYLE}</style>
<h1>The suite on trial</h1>
<p>{len(judgements)} faults against {len(honest.endings)} scenarios: {right} caught by exactly
those that they name.</p>
<table><tr><th></th><th>fault</th><th>what the cluster does wrong</th><th>caught by</th></tr>
{rows}
</table>
<h2>Scenarios that no fault turned red</h2>
<ul>{idle or "<li>None.</li>"}</ul>
</html>
"""


def _idle(judgements: Sequence[Judgement], honest: Outcome) -> list[str]:
    tested = {title for judgement in judgements for title in judgement.caught}
    return sorted(set(honest.endings) - tested)


def _row(judgement: Judgement) -> str:
    says = FAULTS_BY_NAME[judgement.fault].says
    told = "<br>".join(judgement.caught) if judgement.right else judgement.told()
    return f"| {'✓' if judgement.right else '✗'} | {judgement.fault} | {says} | {told} |"


def _html_row(judgement: Judgement) -> str:
    says = escape(FAULTS_BY_NAME[judgement.fault].says)
    if judgement.right:
        titles = "".join(f"<li>{escape(title)}</li>" for title in judgement.caught)
        told = f"<details><summary>{len(judgement.caught)}</summary><ul>{titles}</ul></details>"
    else:
        told = f'<span class="wrong">{escape(judgement.told())}</span>'
    mark = "✓" if judgement.right else "✗"
    return f"<tr><td>{mark}<td><code>{escape(judgement.fault)}</code><td>{says}<td>{told}</tr>"
