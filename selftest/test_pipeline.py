"""The simulated flowlogs-pipeline names, splits and dates flows as upstream does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.fields import BY_KEY, LABELS
from selftest.world_stage import CONFIG, FAR, NEAR, OUTSIDE, SERVER, WEB, Stage, Written, play
from simulation.agent import Exported
from simulation.pipeline import Pipeline, PipelineConfig
from simulation.pipeline.pipeline import entry_time
from simulation.world import Endpoint


def written(client: Endpoint, url: str) -> list[Written]:
    async def scene(stage: Stage) -> list[Written]:
        await stage.run(client, "curl", "-s", url)
        await stage.flows()
        return stage.written

    return play(scene)


def test_labels_are_text_and_not_in_the_line() -> None:
    entries = written(FAR, f"http://{WEB}/")
    keys = {field.key for field in LABELS}
    assert len(entries) >= 6
    for entry in entries:
        assert keys.isdisjoint(json.loads(entry.line))
        assert set(entry.labels) <= keys | {"app"}
        assert entry.labels["app"] == "netobserv-flowcollector"
    assert {entry.labels.get("FlowDirection") for entry in entries} == {"0", "1"}


def test_every_field_is_known_and_has_its_shape() -> None:
    for entry in written(NEAR, f"http://{WEB}/"):
        for key, value in entry.fields.items():
            field = BY_KEY[key]
            assert field.kind.fits(value), f"{key} is {value!r}"


def test_entries_are_dated_by_the_end_of_the_flow_with_the_noise_of_a_float() -> None:
    entries = written(FAR, f"http://{WEB}/")
    assert all(abs(e.at_ns - e.fields["TimeFlowEndMs"] * 10**6) <= 128 for e in entries)
    assert entry_time(1795391373902) == 1795391373902000128
    assert entry_time(1795391417170) == 1795391417169999872
    assert all(e.fields["TimeReceived"] >= e.fields["TimeFlowEndMs"] // 1000 for e in entries)


def test_names_owners_and_hosts_are_those_of_kubernetes() -> None:
    flows = [e.fields for e in written(FAR, f"http://{WEB}/")]
    (asked,) = [f for f in flows if f["DstAddr"] == WEB]
    assert (asked["DstK8S_Name"], asked["DstK8S_Type"]) == ("web", "Service")
    assert "DstK8S_HostIP" not in asked
    behind = [f for f in flows if f["DstAddr"] == SERVER.address]
    assert {(f["DstK8S_OwnerName"], f["DstK8S_OwnerType"]) for f in behind} == {
        ("web", "Deployment")
    }
    assert {f["DstK8S_HostName"] for f in behind} == {"node-0"}
    assert asked["XlatDstK8S_Name"] == "web-1"
    assert (asked["SrcSubnetLabel"], asked["DstSubnetLabel"]) == ("Pods", "Services")


@pytest.mark.parametrize(
    ("client", "url", "directions"),
    [
        (NEAR, f"http://{SERVER.address}:8080/", {"2"}),
        (FAR, f"http://{SERVER.address}:8080/", {"0", "1"}),
        (FAR, f"http://{OUTSIDE}/", {"1"}),
    ],
)
def test_direction_is_seen_from_the_reporting_node(
    client: Endpoint, url: str, directions: set[str]
) -> None:
    flows = [e.fields for e in written(client, url)]
    sent = [f for f in flows if f["SrcAddr"] == client.address]
    assert {f["FlowDirection"] for f in sent} == directions


@pytest.mark.parametrize(
    ("namespace", "layer"),
    [("demo", "app"), ("openshift-dns", "infra"), ("netobserv-test", "infra"), ("net", "app")],
)
def test_the_layer_goes_by_the_beginning_of_the_namespace(namespace: str, layer: str) -> None:
    pod = Endpoint(namespace, "p", "10.128.4.50", "node-2", uid="p")

    async def scene(stage: Stage) -> list[dict[str, Any]]:
        stage.world.place(pod)
        await stage.run(pod, "curl", "-s", f"http://{OUTSIDE}/")
        await stage.flows()
        return stage.between(pod.address, OUTSIDE)

    assert {f["K8S_FlowLayer"] for f in play(scene)} == {layer}


def test_a_pod_that_is_gone_is_still_named() -> None:
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        await stage.run(FAR, "curl", "-s", f"http://{OUTSIDE}/")
        stage.world.withdraw(FAR.uid)
        await stage.flows()
        return stage.between(FAR.address, OUTSIDE)

    (flow,) = play(scene)
    assert (flow["SrcK8S_Name"], flow["Interfaces"]) == ("far", ["unknown"])


def test_key_order_differs_from_line_to_line() -> None:
    orders = {tuple(json.loads(e.line)) for e in written(FAR, f"http://{WEB}/")}
    assert len(orders) > 1


def test_what_loki_refuses_is_counted_and_lost() -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("no")

    async def scene(stage: Stage) -> str:
        pipeline = Pipeline(stage.world, PipelineConfig(), refuse)
        await stage.run(FAR, "curl", "-s", f"http://{OUTSIDE}/")
        await stage.flows()
        records = [e.fields for e in stage.written]
        pipeline.ingest([Exported({**r, "Flags": 0}) for r in records])
        while pipeline.in_flight:
            await stage.world.clock.sleep(1)
        assert pipeline.totals.dropped == len(records) > 0
        return pipeline.metrics()

    assert 'netobserv_records_written{exporter="loki",type="loki"} 0' in play(scene)


def test_a_pipeline_that_has_ended_writes_nothing() -> None:
    async def scene(stage: Stage) -> int:
        got: list[object] = []
        pipeline = Pipeline(stage.world, PipelineConfig(), lambda *entry: got.append(entry))
        await stage.run(FAR, "curl", "-s", f"http://{OUTSIDE}/")
        await stage.flows()
        pipeline.ingest([Exported({**stage.written[0].fields, "Flags": 0})])
        pipeline.close()
        while pipeline.in_flight:
            await stage.world.clock.sleep(1)
        return len(got)

    assert play(scene, config=CONFIG) == 0
