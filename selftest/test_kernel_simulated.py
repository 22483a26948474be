"""A simulated node's kernel beside a real one with the same agent and the same feature."""

from __future__ import annotations

import json

import pytest

from selftest.kernel_stage import recorded, simulated
from simulation.agent import AgentConfig

DNS_ALONE = AgentConfig(features=frozenset({"DNSTracking"}), privileged=True, version=(1, 12, 0))
NEWER = {"orphaned", "pids"}
"""Keys that a newer bpftool adds to every row."""
SEVEN = frozenset(
    {"PacketDrop", "DNSTracking", "FlowRTT", "NetworkEvents", "PacketTranslation", "IPSec"}
)


def told(row):
    """A map without its numbers."""
    return tuple(row[key] for key in ("name", "type", "flags", "bytes_key", "bytes_value"))


def sizes(rows):
    return sorted((*told(row), row["max_entries"], row["bytes_memlock"]) for row in rows)


def test_maps_are_those_of_a_real_node_to_the_byte():
    assert sizes(simulated(DNS_ALONE).maps()) == sizes(json.loads(recorded("map")))


def test_programs_are_those_of_a_real_node():
    def shape(row, names):
        used = sorted(names[number] for number in row["map_ids"])
        name = row["name"].replace("tcp_rcv_fentry", "tcp_rcv_kprobe")
        return name, row["bytes_xlated"], row["bytes_jited"], row["bytes_memlock"], used

    node = simulated(DNS_ALONE)
    ours = {row["id"]: told(row) for row in node.maps()}
    theirs = {row["id"]: told(row) for row in json.loads(recorded("map"))}
    real = json.loads(recorded("prog"))
    assert sorted(shape(row, ours) for row in node.programs()) == sorted(
        shape(row, theirs) for row in real
    )


@pytest.mark.parametrize("part, rows", [("prog", "programs"), ("map", "maps")])
def test_rows_have_the_keys_of_the_real_tool_in_its_order(part, rows):
    (row, *_), (real, *_) = getattr(simulated(DNS_ALONE), rows)(), json.loads(recorded(part))
    assert [key for key in row if key not in NEWER] == list(real)


def test_an_old_bpftool_tells_links_as_the_recorded_one():
    node = simulated(DNS_ALONE, "bpftool-of-before-tcx")
    (row, *_), (real, *_) = node.links(), json.loads(recorded("link"))
    assert [key for key in row if key != "pids"] == list(real)
    assert row["type"] == real["type"] == 11
    assert node.net("")[0]["tc"] == json.loads(recorded("net"))[0]["tc"] == []


def test_with_every_feature_maps_are_as_large_as_a_real_cluster_has_shown():
    """63,295,880 bytes with 18 maps of 1.11.2 or 1.11.3; entries and CPUs make the difference."""
    config = AgentConfig(features=SEVEN, privileged=True, version=(1, 11, 3))
    maps = simulated(config, cpus=16).maps()
    assert len(maps) == 18
    assert sum(row["bytes_memlock"] for row in maps) == pytest.approx(63_295_880, rel=0.005)


def test_older_agents_take_a_large_ring_on_top():
    ring = [
        row for row in simulated(AgentConfig(version=(1, 11, 1))).maps() if "ringbuf" in row["type"]
    ]
    assert max(row["bytes_memlock"] for row in ring) == 16_855_368


def test_numbers_are_never_used_twice():
    node = simulated(DNS_ALONE)
    for rows in (node.programs(), node.maps(), node.links()):
        numbers = [row["id"] for row in rows]
        assert numbers
        assert len(set(numbers)) == len(numbers)
