"""What the run as a whole has seen."""

from __future__ import annotations

from pytest_bdd import then, when

from kit import evidence
from kit.schema import never_seen
from kit.verdict import Unmet


@when("the flows of the whole run are read once more", target_fixture="seen")
def read_once_more(stage, read_again):
    return read_again()


@then("every record fits the catalog")
def every_record_fits(seen):
    verdict = seen.verdict()
    evidence.fact("records checked", len(seen.checked))
    evidence.attach("fields never seen", "\n".join(never_seen(sorted(seen.seen))))
    if not verdict.met:
        raise Unmet(verdict.because, verdict.detail)
