"""Small rules of the controllers: schedules, selectors, addresses, portions, environments."""

from __future__ import annotations

import calendar

import pytest

from simulation.controllers import conditions
from simulation.controllers.addresses import Pool
from simulation.controllers.cron import parse
from simulation.controllers.deployments import limits, portion
from simulation.controllers.images import pull_error
from simulation.controllers.names import digest
from simulation.controllers.podfiles import downward, expand
from simulation.controllers.podsecurity import violations
from simulation.controllers.selectors import matches, matches_map, node_fits, tolerates


def at(*moment):
    return float(calendar.timegm((*moment, 0, 0, 0, 0)[:6]))


@pytest.mark.parametrize(
    "text, now, wanted",
    [
        ("* * * * *", at(2026, 1, 1, 0, 0, 30), at(2026, 1, 1, 0, 1)),
        ("*/15 * * * *", at(2026, 1, 1, 0, 15), at(2026, 1, 1, 0, 30)),
        ("0 2 * * *", at(2026, 1, 1, 2, 0), at(2026, 1, 2, 2, 0)),
        ("@monthly", at(2026, 1, 15), at(2026, 2, 1)),
        ("0 0 * * sun", at(2026, 1, 1), at(2026, 1, 4)),
        ("0 0 * * 7", at(2026, 1, 1), at(2026, 1, 4)),
        ("0 0 13 * fri", at(2026, 2, 1), at(2026, 2, 6)),
        ("0 0 29 2 *", at(2026, 1, 1), at(2028, 2, 29)),
        ("5-10/5,40 3 * jan-feb *", at(2026, 2, 28, 3, 10), at(2026, 2, 28, 3, 40)),
    ],
)
def test_the_next_time_of_a_schedule(text, now, wanted):
    assert parse(text).after(now) == wanted


def test_a_day_that_never_comes():
    assert parse("0 0 31 2 *").after(at(2026, 1, 1)) is None


@pytest.mark.parametrize("text", ["* * * *", "60 * * * *", "* * * * mon-sun-x", "*/0 * * * *"])
def test_what_is_no_schedule(text):
    with pytest.raises(ValueError, match=r"expected exactly 5|lies outside|invalid literal"):
        parse(text)


@pytest.mark.parametrize(
    "selector, wanted",
    [
        ({}, True),
        (None, False),
        ({"matchLabels": {"a": "1"}}, True),
        ({"matchLabels": {"a": "2"}}, False),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}, True),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, False),
        ({"matchExpressions": [{"key": "b", "operator": "DoesNotExist"}]}, True),
        ({"matchExpressions": [{"key": "b", "operator": "Exists"}]}, False),
    ],
)
def test_label_selectors(selector, wanted):
    assert matches(selector, {"a": "1"}) is wanted


def test_a_plain_selector_that_is_empty_selects_nothing():
    assert not matches_map({}, {"a": "1"})
    assert matches_map({"a": "1"}, {"a": "1", "b": "2"})


def test_nodes_fit_by_selector_and_by_name():
    node = {"metadata": {"name": "n", "labels": {"zone": "a"}}}
    assert node_fits({"nodeSelector": {"zone": "a"}}, node)
    assert not node_fits({"nodeSelector": {"zone": "b"}}, node)
    field = {"key": "metadata.name", "operator": "In", "values": ["m"]}
    required = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    assert not node_fits({"affinity": affinity}, node)


@pytest.mark.parametrize(
    "toleration, wanted",
    [
        ({"operator": "Exists"}, True),
        ({"key": "k", "operator": "Exists", "effect": "NoSchedule"}, True),
        ({"key": "k", "value": "v"}, True),
        ({"key": "k", "value": "w"}, False),
        ({"key": "k", "operator": "Exists", "effect": "NoExecute"}, False),
    ],
)
def test_tolerations(toleration, wanted):
    assert tolerates([toleration], {"key": "k", "value": "v", "effect": "NoSchedule"}) is wanted


def test_an_address_is_given_once_at_a_time_and_used_again_last():
    pool = Pool("10.0.0.0/29", first=2)
    taken = [pool.take() for _ in range(5)]
    assert taken == ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"]
    with pytest.raises(RuntimeError, match="delete something"):
        pool.take()
    pool.release("10.0.0.4")
    assert pool.take() == "10.0.0.4"


def test_portions_round_up_for_the_surge_and_down_for_the_missing():
    assert (portion("25%", 3, up=True), portion("25%", 3, up=False)) == (1, 0)
    strategy = {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "10%"}}
    assert limits({"spec": {"strategy": strategy}}, 3) == (0, 1)


def test_a_digest_ignores_the_order_of_keys():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_a_condition_moves_its_time_only_with_its_status():
    kept = []
    new = {"type": "Ready", "status": "True", "reason": "A"}
    assert conditions.put(kept, new, "one")
    assert conditions.put(kept, new | {"reason": "B"}, "two")
    assert kept[0]["lastTransitionTime"] == "one"
    assert not conditions.put(kept, new | {"reason": "B"}, "three")
    assert conditions.put(kept, new | {"status": "False"}, "four")
    assert kept[0]["lastTransitionTime"] == "four"


def test_the_downward_api_and_expansion():
    pod = {"metadata": {"name": "p", "labels": {"a.b/c": "d"}}, "status": {"hostIP": "10.0.0.1"}}
    assert downward(pod, "metadata.labels['a.b/c']") == "d"
    assert downward(pod, "status.hostIP") == "10.0.0.1"
    assert downward(pod, "status.podIP") == ""
    assert expand("$(A)-$(B)", {"A": "1"}) == "1-$(B)"


def test_pull_errors_name_repository_and_tag():
    assert "docker://a.example/x:1:" in pull_error("a.example/x:1")
    assert "docker://a.example:5000/x:latest:" in pull_error("a.example:5000/x")


def test_a_careful_pod_breaks_no_rule_of_the_strictest_level():
    security = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    whole = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    spec = {"securityContext": whole, "containers": [{"name": "c", "securityContext": security}]}
    assert violations(spec, "restricted") == []
    assert len(violations({"containers": [{"name": "c"}]}, "restricted")) == 4
    assert violations({"hostNetwork": True, "containers": []}, "privileged") == []
