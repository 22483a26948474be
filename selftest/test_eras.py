"""Which OVN-Kubernetes runs, and what a broken promise of egress firewalls then means."""

from __future__ import annotations

import pytest

from catalog.quirks import GAP_ON_UPDATE, KEEPS_LAST_RULE, OPENS_ON_BAD_UPDATE, Era
from kit.eras import Dating, dating
from kit.evidence import NOTES
from kit.verdict import Inconclusive, Unmet
from selftest.fake_cluster import FakeCluster

QUIRKS = (GAP_ON_UPDATE, OPENS_ON_BAD_UPDATE, KEEPS_LAST_RULE)


def openshift(*history: tuple[str, str]) -> FakeCluster:
    entries = [{"state": state, "version": version} for state, version in history]
    return FakeCluster(
        {"kind": "ClusterVersion", "metadata": {"name": "version"}, "status": {"history": entries}}
    )


@pytest.mark.parametrize(
    "cluster, era",
    [
        (openshift(("Completed", "4.19.3")), Era.BEFORE),
        (openshift(("Completed", "4.20.21")), Era.BEFORE),
        (openshift(("Completed", "4.21.0-ec.2")), Era.SINCE),
        (openshift(("Completed", "5.0.1")), Era.SINCE),
        (openshift(("Partial", "4.21.0"), ("Completed", "4.20.9")), Era.BEFORE),
        (openshift(("Partial", "4.21.0")), Era.UNKNOWN),
        (FakeCluster(), Era.UNKNOWN),
    ],
)
def test_the_era_follows_the_release_that_is_installed(cluster, era):
    assert dating(cluster).era is era


@pytest.mark.parametrize("quirk", QUIRKS)
@pytest.mark.parametrize("era", list(Era))
def test_a_promise_that_is_kept_is_fine_in_every_era(quirk, era):
    NOTES.take_scenario()
    Dating(era, "a test says so").judge(quirk, kept=True, seen="0 of 9 got through")
    facts = NOTES.take_scenario()["facts"]
    assert facts == {
        "promise": quirk.promise,
        "expectation follows": "a test says so",
        "seen": "0 of 9 got through",
    }


@pytest.mark.parametrize("quirk", QUIRKS)
def test_a_known_defect_is_told_and_any_other_one_fails(quirk):
    NOTES.take_scenario()
    Dating(quirk.era, "told").judge(quirk, kept=False, seen="it is broken")
    assert quirk.says in NOTES.take_scenario()["facts"]["known defect"]
    (other,) = {Era.BEFORE, Era.SINCE} - {quirk.era}
    with pytest.raises(Unmet, match=f"it is broken, although {quirk.promise}: told"):
        Dating(other, "told").judge(quirk, kept=False, seen="it is broken")
    with pytest.raises(Inconclusive, match="find out which one runs"):
        Dating(Era.UNKNOWN, "told").judge(quirk, kept=False, seen="it is broken")
    NOTES.take_scenario()
