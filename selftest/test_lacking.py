"""A simulated cluster without something: the suite finds out, and says how it knows."""

from __future__ import annotations

import pytest

from catalog.needs import INSTALLABLE, REMOVABLE, Need
from kit.capabilities import detect
from kit.cluster import Cluster
from kit.kubeconfig import load
from simulation import Simulation
from simulation.lacking import REMOVALS


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    directory = tmp_path_factory.mktemp("lacking")
    simulation = Simulation(seed=1, directory=directory, without=REMOVABLE)
    cluster = Cluster(load(simulation.start(), None), "lacking")
    cluster.connect()
    yield detect(cluster, cluster.get("flows.netobserv.io/v1beta2", "FlowCollector", "cluster"))
    simulation.stop()


def test_everything_that_can_be_taken_away_has_a_way():
    assert {*REMOVALS} == {*REMOVABLE, *INSTALLABLE}


@pytest.mark.parametrize("need", REMOVABLE)
def test_what_is_lacking_is_found_out_with_evidence(found, need):
    assert not found.needs[need].met
    assert found.needs[need].how


def test_nothing_else_is_lacking(found):
    met = {need for need, known in found.needs.items() if known.met}
    assert {Need.FLOW_COLLECTOR, Need.EGRESS_FIREWALL} <= met
    assert {"NetworkEvents", "UDNMapping", "IPSec"}.isdisjoint(found.offered)
    assert "FlowRTT" in found.offered
