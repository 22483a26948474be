"""What kubectl prints of a Job: its end, whatever else is true of it."""

from __future__ import annotations

import pytest

from simulation.apiserver.columns import BUILTIN


@pytest.mark.parametrize(
    "true, going, says",
    [
        (("SuccessCriteriaMet", "Complete"), False, "Complete"),
        (("FailureTarget", "Failed"), False, "Failed"),
        (("FailureTarget", "Failed"), True, "Failed"),
        (("Suspended",), True, "Terminating"),
        (("Suspended",), False, "Suspended"),
        (("FailureTarget",), False, "FailureTarget"),
        ((), False, "Running"),
    ],
)
def test_the_status_of_a_job_is_how_it_ended(true, going, says):
    conditions = [{"type": kind, "status": "True"} for kind in true]
    conditions.append({"type": "Complete", "status": "False"})
    metadata = {"name": "a"} | ({"deletionTimestamp": "2026-01-01T00:00:00Z"} if going else {})
    (cell,) = (cell for name, _, cell in BUILTIN["Job"] if name == "Status")
    assert cell({"metadata": metadata, "status": {"conditions": conditions}}, 0.0) == says
