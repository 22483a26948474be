"""Everything that a run writes says whose it is; seen on the cluster, object by object."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kit.cluster import SUITE
from kit.ownership import EXPIRES, MARKS, OWNER, RUN, expired, label_value, of_run
from selftest.suite_aside import run
from simulation import Simulation

ONE_OF_EACH = (
    "features/egress_ip.feature::Only the pods that are selected use it",
    "features/network_events.feature::A denial by an admin policy names that policy",
    "features/udn_mapping.feature::A pod on <network> shows its name[a cluster-wide network]",
    "features/google_block_list.feature::A Google Cloud customer stays reachable",
)
NOW = datetime(2026, 1, 2, 3, tzinfo=UTC)


def test_labels_hold_what_they_are_given():
    labels = of_run("abc123", "Jane Doe <jane@example.com>", NOW).labels()
    assert labels[OWNER] == "Jane-Doe-jane-example.com"
    assert labels[EXPIRES] == "20260102T090000Z"
    assert label_value("///") == "unknown"
    assert len(label_value("x" * 99)) == 63


def test_an_object_expires_at_its_time_and_never_without_one():
    labels = of_run("abc123", "me", NOW).labels()
    assert not expired(labels, NOW)
    assert expired(labels, datetime(2026, 1, 2, 9, tzinfo=UTC))
    assert not expired({EXPIRES: "soon"}, NOW)
    assert not expired({}, NOW)


def test_every_object_of_a_run_says_whose_it_is(tmp_path):
    simulation = Simulation(seed=1, directory=tmp_path)
    written: dict[str, dict[str, Any]] = {}
    try:
        kubeconfig = simulation.start()
        watch(simulation, written)
        ended = run(kubeconfig, tmp_path, "--owner", "night shift", "-n2", *ONE_OF_EACH)
    finally:
        simulation.stop()
    assert ended.code == 0, ended.output
    kinds = {what.split()[0] for what in written}
    assert kinds >= {"Namespace", "Lease", "EgressIP", "CronJob", "ClusterUserDefinedNetwork"}
    unmarked = {what for what, labels in written.items() if not {*MARKS} <= labels.keys()}
    assert unmarked == {"FlowCollector cluster"}
    owners = {labels[OWNER] for labels in written.values() if RUN in labels}
    assert owners == {"night-shift"}


def watch(simulation: Simulation, written: dict[str, dict[str, Any]]) -> None:
    """The labels of each object that the suite wrote, as they first were."""

    def note(kind: str, item: dict[str, Any]) -> None:
        metadata = item["metadata"]
        managers = {each["manager"] for each in metadata.get("managedFields", ())}
        if kind != "DELETED" and SUITE in managers:
            what = f"{item['kind']} {metadata['name']}"
            written.setdefault(what, dict(metadata.get("labels") or {}))

    simulation.parts.store.subscribe(note)
