"""What must not happen to agents while they are measured: each is told, or nothing is known."""

from __future__ import annotations

import pytest

from kit.verdict import Inconclusive
from selftest.fake_time import fake_time
from selftest.metered_cluster import MeteredCluster, judged, page, pod, soon

__all__ = ["fake_time"]


@pytest.fixture
def cluster(fake_time):
    return MeteredCluster(fake_time)


def test_a_restart_counts(cluster):
    def restart():
        cluster.change(
            "Pod", "agent-a", lambda p: p["status"]["containerStatuses"][0].update(restartCount=1)
        )
        cluster.started["agent-a"] = 1010.0

    soon(cluster, 12, restart)
    (told,) = cluster.measure(4).disturbed
    assert told == "agent agent-a on node-a restarted: 0 restarts before, 1 after"


def test_a_restart_that_no_status_counts_is_seen_too(cluster):
    soon(cluster, 12, lambda: cluster.started.update({"agent-b": 1010.0}))
    (told,) = cluster.measure(4).disturbed
    assert "agent-b started its process anew, though its status counts no restart" in told


def test_a_kill_for_memory_counts_once_and_an_old_one_never(cluster):
    def kill(at):
        ended = {"terminated": {"reason": "OOMKilled", "finishedAt": at}}
        return lambda p: p["status"]["containerStatuses"][0].update(lastState=ended)

    cluster.change("Pod", "agent-a", kill("yesterday"))
    assert not cluster.measure(4).disturbed
    soon(cluster, 12, lambda: cluster.change("Pod", "agent-a", kill("today")))
    (told,) = cluster.measure(4).disturbed
    assert "agent agent-a on node-a was killed for its memory at today (OOMKilled)" in told


def test_an_eviction_counts(cluster):
    evicted = {"phase": "Failed", "reason": "Evicted"}
    soon(
        cluster,
        12,
        lambda: cluster.change("Pod", "agent-a", lambda p: p["status"].update(evicted)),
    )
    (told,) = cluster.measure(4).disturbed
    assert told == "agent agent-a was evicted from node-a"


def replaced(cluster, *, evicted):
    """As the DaemonSet controller does it: a failed pod is gone at once, and another there."""

    def act():
        gone = cluster.objects.pop(("Pod", "netobserv-privileged", "agent-a"))
        cluster.put(pod("agent-c", "netobserv-privileged", "netobserv-ebpf-agent", "node-a"))
        cluster.started["agent-c"] = 1010.0
        if evicted:
            cluster.put(eviction(gone["metadata"]["uid"]))

    return act


def eviction(uid):
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{uid}.17", "namespace": "netobserv-privileged"},
        "involvedObject": {"kind": "Pod", "uid": uid},
        "reason": "Evicted",
        "message": "The node was low on resource: memory. ",
    }


def test_an_evicted_agent_counts_although_another_has_its_place(cluster):
    soon(cluster, 12, replaced(cluster, evicted=True))
    measured = cluster.measure(4)
    (told,) = measured.disturbed
    assert told == ("agent agent-a was evicted from node-a (The node was low on resource: memory.)")
    assert judged(measured).because.endswith(f"; meanwhile {told}")


def test_an_eviction_of_another_pod_excuses_nothing(cluster):
    cluster.put(eviction("uid-of-yesterday"))
    soon(cluster, 12, replaced(cluster, evicted=False))
    with pytest.raises(Inconclusive, match=r"^agent agent-a was replaced while it was measured$"):
        cluster.measure(4)


def test_who_may_not_list_events_learns_that_it_was_replaced(cluster):
    cluster.refused = {"Event"}
    soon(cluster, 12, replaced(cluster, evicted=True))
    with pytest.raises(Inconclusive, match=r"^agent agent-a was replaced while it was measured$"):
        cluster.measure(4)


def test_dropped_flows_count_from_now_on(cluster):
    cluster.page = lambda pod: page(dropped=7)
    assert not cluster.measure(4).disturbed
    drops = iter([7, 7, 9, 7])
    cluster.page = lambda pod: page(dropped=next(drops))
    (told,) = cluster.measure(4).disturbed
    assert told == "agent agent-a dropped 2 flows (dropped_flows_total)"


def leave(cluster):
    unknown = [{"type": "Ready", "status": "Unknown"}]
    return lambda: cluster.change(
        "Node", "node-b", lambda n: n["status"].update(conditions=unknown)
    )


def test_a_node_that_goes_away_proves_nothing(cluster):
    soon(cluster, 12, leave(cluster))
    with pytest.raises(Inconclusive, match=r"^node node-b went away while its pods were measured$"):
        cluster.measure(4)


def test_an_agent_that_was_replaced_proves_nothing_and_is_not_waited_for(cluster):
    gone, began = ("Pod", "netobserv-privileged", "agent-a"), cluster.time.now
    soon(cluster, 12, lambda: cluster.objects.pop(gone))
    with pytest.raises(Inconclusive, match=r"^agent agent-a was replaced while it was measured$"):
        cluster.measure(8)
    assert cluster.time.now - began < 60


def test_whoever_else_leaves_the_namespace_is_not_measured(cluster):
    cluster.put(pod("plugin", "netobserv", "netobserv-plugin", "node-a"))
    soon(cluster, 12, lambda: cluster.objects.pop(("Pod", "netobserv", "plugin")))
    measured = cluster.measure(8)
    assert not measured.missing
    assert judged(measured).met
