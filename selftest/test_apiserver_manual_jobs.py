"""A Job that kubectl copies from a CronJob arrives as protobuf and gets the CronJob's spec."""

from __future__ import annotations

import pytest

from simulation.apiserver import manual_jobs, protobuf

TEMPLATE = {"backoffLimit": 2, "template": {"spec": {"containers": [{"name": "updater"}]}}}
CRON_JOB = {"spec": {"jobTemplate": {"spec": TEMPLATE}}}


def field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])


def sent(owner_kind: bytes = b"CronJob", kind: bytes = b"Job") -> bytes:
    owner = field(1, owner_kind) + field(3, b"nightly") + field(5, b"batch/v1") + b"\x30\x01"
    mark = field(1, b"cronjob.kubernetes.io/instantiate") + field(2, b"manual")
    metadata = field(1, b"by-hand") + field(3, b"home") + field(12, mark) + field(13, owner)
    type_meta = field(1, b"batch/v1") + field(2, kind)
    return protobuf.MAGIC + field(1, type_meta) + field(2, field(1, metadata))


def test_the_spec_is_the_cron_jobs_template():
    asked = []
    found = manual_jobs.decode(sent(), lambda *place: asked.append(place) or CRON_JOB)
    assert asked == [("home", "nightly")]
    assert found is not None
    assert found["spec"] == TEMPLATE
    assert found["spec"] is not TEMPLATE
    assert found["metadata"] == {
        "name": "by-hand",
        "namespace": "home",
        "annotations": {"cronjob.kubernetes.io/instantiate": "manual"},
        "ownerReferences": [
            {"kind": "CronJob", "name": "nightly", "apiVersion": "batch/v1", "controller": True}
        ],
    }


def test_another_kind_is_for_others_to_read():
    assert manual_jobs.decode(sent(kind=b"Namespace"), lambda *_: CRON_JOB) is None


@pytest.mark.parametrize(
    ("data", "found"), [(sent(), None), (sent(owner_kind=b"Deployment"), CRON_JOB)]
)
def test_a_job_that_no_cron_job_owns_is_not_understood(data, found):
    with pytest.raises(ValueError, match="no CronJob owns"):
        manual_jobs.decode(data, lambda *_: found)
