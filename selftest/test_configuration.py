"""Wishes about features: few configurations that grant all, and how agents show which one runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.features import FEATURES
from kit.configuration import Configuration, Wish, grant, merge
from selftest.refusals import refusal

NAMES = sorted(feature.name for feature in FEATURES if feature.name != "EbpfManager")


def on(*names: str) -> Wish:
    return Wish(on=frozenset(names))


def off(*names: str) -> Wish:
    return Wish(off=frozenset(names))


def test_wishes_for_different_features_share_one_configuration():
    groups = merge([Wish(), on("FlowRTT"), on("DNSTracking"), on("FlowRTT"), off("IPSec")])
    assert groups == [Wish(frozenset({"FlowRTT", "DNSTracking"}), frozenset({"IPSec"}))]


def test_a_feature_that_must_be_on_and_off_costs_a_second_configuration():
    all_on = [on(name) for name in NAMES]
    all_off = [off(name) for name in NAMES]
    groups = merge([*all_off, Wish(), *all_on])
    assert groups == [on(*NAMES), off(*NAMES)]


def test_no_wishes_make_no_configuration():
    assert merge([]) == []
    assert "no configuration serves ['FlowRTT'] without []" in refusal(grant, on("FlowRTT"), [])


def test_a_wish_that_contradicts_itself_is_refused():
    both = frozenset({"FlowRTT"})
    assert refusal(Wish, both, both) == "FlowRTT cannot be on and off at once"


WISHES = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.booleans(), max_size=4).map(
        lambda said: Wish(
            frozenset(name for name, wanted in said.items() if wanted),
            frozenset(name for name, wanted in said.items() if not wanted),
        )
    ),
    max_size=12,
)


@given(WISHES)
def test_every_wish_is_granted_as_it_was_made(wishes):
    groups = merge(wishes)
    for wish in wishes:
        granted = {*grant(wish, groups).features}
        assert wish.on <= granted
        assert not wish.off & granted


@given(WISHES, st.randoms(use_true_random=False))
def test_groups_are_no_more_than_needed_to_keep_peace_and_the_order_does_not_matter(wishes, random):
    groups = merge(wishes)
    assert len(groups) <= len({*wishes})
    assert not any(a.agrees_with(b) for i, a in enumerate(groups) for b in groups[:i])
    random.shuffle(wishes)
    assert merge(wishes) == groups


def test_the_spec_sets_features_sampling_and_privilege_only_where_needed():
    assert Configuration(("FlowRTT",)).spec() == {
        "agent": {"ebpf": {"features": ["FlowRTT"], "sampling": 1, "flowFilter": {"enable": False}}}
    }
    ebpf = Configuration(("FlowRTT", "PacketDrop")).spec()["agent"]["ebpf"]
    assert ebpf["privileged"] is True


SHOWN = {"SAMPLING": "1", "ENABLE_RTT": "true", "HOSTNAME": "node-a"}


@pytest.mark.parametrize(
    "features, environment, shown",
    [
        (("FlowRTT",), SHOWN, True),
        (("FlowRTT",), SHOWN | {"ENABLE_DNS_TRACKING": "false"}, True),
        (("FlowRTT",), SHOWN | {"ENABLE_DNS_TRACKING": "true"}, False),
        (("FlowRTT",), SHOWN | {"ENABLE_RTT": "false"}, False),
        (("FlowRTT",), SHOWN | {"SAMPLING": "50"}, False),
        (("FlowRTT",), {"ENABLE_RTT": "true"}, False),
        (("FlowRTT", "DNSTracking"), SHOWN, False),
        ((), SHOWN, False),
        ((), {"SAMPLING": "1"}, True),
        ((), {}, False),
    ],
)
def test_agents_show_a_configuration_by_their_environment(features, environment, shown):
    assert Configuration(features).is_shown_by(environment) is shown


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_agents_of_other_features_never_look_alike(one, other):
    shown = {k: v for k, v in Configuration(tuple(one)).environment().items() if v is not None}
    assert Configuration(tuple(other)).is_shown_by(shown) is (one == other)


def test_a_configuration_is_said_in_words():
    assert Configuration().said() == "no feature at sampling 1"
    assert Configuration(("A", "B"), 50).said() == "A, B at sampling 50"
