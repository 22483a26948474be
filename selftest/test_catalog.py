"""The catalog's names against extracts of the operator's own files (data/upstream/operator.json).

A key that is misspelt in the catalog would be wrong in steps and simulation alike, and stay green.
"""

import json
from pathlib import Path

import pytest

from catalog import features, fields
from catalog.kinds import Kind
from catalog.needs import Need

UPSTREAM = json.loads((Path(__file__).parent / "data/upstream/operator.json").read_text())

KINDS = {
    "string": Kind.TEXT,
    "number": Kind.NUMBER,
    "string[]": Kind.TEXTS,
    "number[]": Kind.NUMBERS,
}
OTHERWISE = {
    "FlowDirection": Kind.TEXT,  # documented as a number; as a Loki label it is text
    "NetworkEvents": Kind.OBJECTS,  # documented as texts; the agent writes objects since 1.7
}
UNDOCUMENTED = {
    "the agent's decoder writes them": {"AgentIP", "Etype", "IPSecRetCode"},
    "flowlogs-pipeline's conntrack writes them": {
        "_IsFirst",
        "numFlowLogs",
        "Bytes_AB",
        "Bytes_BA",
        "Packets_AB",
        "Packets_BA",
        "MaxTimeFlowRttNs",
    },
    "flowlogs-pipeline enriches translated addresses": {
        f"Xlat{side}K8S_{key}"
        for side in ("Src", "Dst")
        for key in (
            "Name",
            "Type",
            "Namespace",
            "OwnerName",
            "OwnerType",
            "HostIP",
            "HostName",
            "NetworkName",
        )
    },
    "Loki or its client adds them": {"app", "service_name", "detected_level"},
    "newer than the documented operator": {
        "TLSVersion",
        "TLSTypes",
        "TLSCipherSuite",
        "TLSGroup",
        "TLSCurve",
        "QuicVersion",
        "QuicSeenLongHdr",
        "QuicSeenShortHdr",
    },
}
STALE_LABELS = {"UdnId"}  # listed upstream, written by no component
NEWER_FEATURES = {"TLSTracking"}  # in the operator's next version


@pytest.mark.parametrize("key, documented", UPSTREAM["fields"].items())
def test_a_documented_field_is_known_with_its_kind(key, documented):
    assert fields.BY_KEY[key].kind is OTHERWISE.get(key, KINDS[documented])


def test_no_field_is_made_up():
    excused = set().union(*UNDOCUMENTED.values())
    assert set(fields.BY_KEY) - set(UPSTREAM["fields"]) == excused


def test_labels_are_those_of_the_operator():
    ours = {field.key for field in fields.LABELS}
    assert ours == set(UPSTREAM["labels"]) - STALE_LABELS


def test_features_are_those_of_the_crd():
    assert set(features.BY_NAME) - NEWER_FEATURES == set(UPSTREAM["features"])


def test_keys_and_phrases_are_unique():
    assert len(fields.BY_KEY) == len(fields.BY_PHRASE) == len(fields.FIELDS)
    assert len(features.BY_PHRASE) == len(features.FEATURES)


def test_every_field_belongs_to_a_known_feature():
    claimed = {field.feature for field in fields.FIELDS if field.feature}
    assert claimed
    assert claimed <= set(features.BY_NAME)


def test_tags_are_words_that_pytest_can_register():
    tags = [feature.tag for feature in features.FEATURES] + [need.tag for need in Need]
    assert len(set(tags)) == len(tags)
    assert all(tag.replace(".", "").replace("_", "").isalnum() for tag in tags)
