"""Each lie of a LokiStack's gateway is noticed by the judges that the catalog names, and no other.

The scenarios themselves run where a LokiStack is: `--without flow_collector,loki --install`.
"""

from __future__ import annotations

import pytest

from catalog.fault import EVERYTHING
from catalog.gateway_faults import GATEWAY_FAULTS, MADE_UP, NOT_ASKED, OTHER_TENANT
from kit.errors import InfrastructureError
from kit.health import gateway
from kit.health.gateway import Handed, a_flow, gateway_of, nothing
from kit.install import Wishes
from kit.loki import find_loki
from kit.verdict import Inconclusive
from selftest.installing_stage import empty_cluster

NAMES = {fault.name: fault for fault in GATEWAY_FAULTS}
COLLECTOR = {"spec": {"namespace": "netobserv", "loki": {"mode": "LokiStack"}}}


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    with empty_cluster(tmp_path_factory.mktemp("gateway")) as found:
        found.install(Wishes())
        yield found


@pytest.fixture
def lying(scene, monkeypatch):
    """The gateway as a fault makes it; nothing else of the cluster changes."""

    def make(name: str):
        faults = scene.simulation.parts.hub.faults
        monkeypatch.setattr(faults, "active", lambda asked: asked == name)
        return gateway_of(scene.cluster, COLLECTOR)

    return make


def red(found) -> set[str]:
    """The scenarios that do not pass, as their steps judge."""
    acts = {
        NOT_ASKED: {"token": ""},
        MADE_UP: {"token": gateway.MADE_UP},
        OTHER_TENANT: {"tenant": "application"},
    }
    bad = {title for title, how in acts.items() if not nothing(found.asked("so", **how)).met}
    try:
        a_flow(found.asked("as oneself"))
    except InfrastructureError:
        return {EVERYTHING}
    return bad


def test_an_honest_gateway_is_green(lying):
    found = lying("")
    assert red(found) == set()
    assert found.asked("so", token="").status == 302
    assert found.asked("so", token=gateway.MADE_UP).status == 401
    assert a_flow(found.asked("as oneself")).because == (
        "asked as oneself, the gateway answered 200 with 1 flows"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_lie_is_caught_by_those_that_it_names(lying, name):
    assert red(lying(name)) == {*NAMES[name].caught_by}


@pytest.mark.parametrize("name", [n for n, f in NAMES.items() if EVERYTHING in f.caught_by])
def test_who_is_let_in_nowhere_judges_nothing(scene, lying, name):
    lying(name)
    with pytest.raises(InfrastructureError, match=r"tenant or a token|netobserv-loki-reader"):
        find_loki(scene.cluster, COLLECTOR, None).check()


def test_the_reason_says_who_got_what(lying):
    told = nothing(lying("gateway-asks-nobody").asked("without a token", token="")).because
    assert told == (
        "asked without a token, the gateway answered 200 with 1 flows, and must hand out none"
    )


def test_without_a_flow_for_those_who_may_nothing_is_proved():
    with pytest.raises(Inconclusive, match="nothing was proved"):
        a_flow(Handed("so", 200, 0))


def test_a_gateway_out_of_order_is_no_refusal(scene, lying, monkeypatch):
    found = lying("")

    async def broken(_request):
        from simulation.apiserver import HttpReply  # of this test alone

        return HttpReply(503, {}, b"no")

    leads = scene.simulation.parts.store.proxy.leads
    (owner,) = [lead.__self__ for lead in leads if type(lead.__self__).__name__ == "Gateways"]
    monkeypatch.setattr(owner, "_loki", broken)
    with pytest.raises(InfrastructureError, match=r"LokiStack netobserv/loki is out of order"):
        found.asked("as oneself")
