"""Proposals that should be refused, and what a status says: judged strictly in both directions."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.features import PACKET_DROP
from kit.conditions import is_ready, warns_of
from kit.errors import Refused
from kit.proposals import SCHEMA, WEBHOOK, Proposing, feature, flow_filter, left_alone
from kit.verdict import Inconclusive, Unmet
from selftest.refusals import refusal
from simulation.apiserver.flowcollector import errors

DENIED = Refused("no", code=403, reason="Forbidden", said='admission webhook "x" denied: no')
NO_RIGHT = Refused("no", code=403, reason="Forbidden", said="user may not patch flowcollectors")
INVALID = Refused("no", code=422, reason="Invalid", said="Unsupported value")


class Server:
    """Answers each proposal with the next of its answers."""

    def __init__(self, *answers: Refused | None) -> None:
        self.answers, self.dry = list(answers), []

    def apply(self, _item: dict[str, Any], *, dry_run: bool) -> None:
        self.dry.append(dry_run)
        if answer := self.answers.pop(0):
            raise answer


@pytest.mark.parametrize(
    ("answer", "refuser", "told"),
    [
        (None, WEBHOOK, "is admitted, expected that the webhook refuses it"),
        (INVALID, WEBHOOK, "with HTTP 422, expected 403 by the webhook"),
        (NO_RIGHT, WEBHOOK, "with HTTP 403, expected 403 by the webhook"),
        (DENIED, SCHEMA, "with HTTP 403, expected 422 by the schema"),
    ],
)
def test_only_the_right_refusal_counts(answer, refuser, told):
    server = Server(answer)
    with pytest.raises(Unmet, match=told):
        Proposing(server).refused_by(flow_filter("17 rules"), refuser)
    assert server.dry == [True]


def test_a_refusal_of_the_flaw_and_of_nothing_else_is_as_it_should_be():
    server = Server(DENIED, None)
    Proposing(server).refused_by(feature("PacketTeleport"), WEBHOOK)
    Proposing(server).admitted(feature("PacketTeleport"))
    assert server.dry == [True, True]
    with pytest.raises(Unmet, match="refused even without its flaw"):
        Proposing(Server(DENIED, None)).admitted(feature("PacketTeleport"))


def test_a_webhook_that_refuses_everything_has_judged_nothing():
    with pytest.raises(Inconclusive, match="not even the FlowCollector as it is would be admitted"):
        Proposing(Server(DENIED, DENIED)).admitted(feature("PacketTeleport"))


SHOWN = ["PacketDrop", "PacketTeleport"]


def flow_collector(generation: int, features: list[str]) -> dict[str, Any]:
    return {
        "metadata": {"generation": generation},
        "spec": {"agent": {"ebpf": {"features": features}}},
    }


def test_what_was_refused_must_not_be_in_force_all_the_same():
    with pytest.raises(Unmet, match=r"although it was refused: .* generation 6 and is at 7"):
        left_alone(feature("PacketTeleport"), 6, flow_collector(7, SHOWN))


@pytest.mark.parametrize(
    "live",
    [
        flow_collector(6, SHOWN),  # so it was before
        flow_collector(7, ["PacketDrop", "FlowRTT"]),  # somebody else's edit
        {},  # and somebody else's deletion
    ],
)
def test_what_others_do_meanwhile_is_not_the_proposals_doing(live):
    left_alone(feature("PacketTeleport"), 6, live)


FLAWS = (
    *("one network twice", 'a network of "10.0.0.0"', 'ports of "http"', 'ports of "90-80"'),
    *('ports of "80,90,100"', 'ports of "70000"', "ports beside destination ports"),
)


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_the_only_thing_that_upstream_would_refuse(flaw: str):
    proposal = flow_filter(flaw)
    assert len([*errors({"agent": {"ebpf": proposal.flawed}})]) == 1
    assert [*errors({"agent": {"ebpf": proposal.sound}})] == []


def test_seventeen_rules_are_one_more_than_a_sound_filter_has():
    proposal = flow_filter("17 rules")
    assert len(proposal.flawed["flowFilter"]["rules"]) == 17
    assert len(proposal.sound["flowFilter"]["rules"]) == 16
    assert "is no flaw of a flow filter" in refusal(flow_filter, "bad luck")


def status(*conditions: tuple[str, str, str, str]) -> dict[str, Any]:
    keys = ("type", "status", "reason", "message")
    return {"status": {"conditions": [dict(zip(keys, one, strict=True)) for one in conditions]}}


WARNED = ("ConfigurationIssue", "True", "Warnings", "The PacketDrop feature requires …")


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        ([WARNED], True),
        ([("ConfigurationIssue", "True", "Error", "PacketDrop")], False),
        ([("ConfigurationIssue", "False", "Valid", "")], False),
        ([("ConfigurationIssue", "True", "Warnings", "The log level is debug")], False),
        ([], False),
    ],
)
def test_a_warning_names_its_feature(conditions, met):
    assert warns_of(status(*conditions), PACKET_DROP).met is met


def test_ready_is_a_condition_that_is_true():
    assert is_ready(status(("Ready", "True", "Ready", "")))
    assert not is_ready(status(("Ready", "False", "Pending", "")))
    assert "missing" in is_ready({}).because
