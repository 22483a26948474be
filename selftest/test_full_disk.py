"""Reports that cannot be written: one sentence, and the verdicts and the exit code stay."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

pytest_plugins = ["sample_suite"]


@pytest.fixture
def full_disk(monkeypatch, sample):
    """No file comes into being in the folder of reports any more."""
    replace = os.replace

    def refuse(source, target):
        if sample.build in Path(target).parents:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)


@pytest.mark.parametrize(
    "step, code, said",
    [
        ("all is well", 0, "passed"),
        ("the promise is broken", 1, "failed"),
        ("nobody can say", 10, "inconclusive"),
    ],
)
def test_a_full_disk_hides_no_verdict(sample, full_disk, step, code, said):
    sample.scenario("Given a cluster", f"Then {step}")
    result = sample.run()
    assert result.ret == code
    result.stdout.fnmatch_lines([f"{said}*Sample: It is as it is*"])
    (told,) = [line for line in result.stdout.lines if line.startswith("unwritten")]
    assert told.endswith(
        ": No space left on device: make room, or name another place with --output"
    )
    assert "junit.xml" in told
    assert "conformance.yaml" in told
    assert "some of Allure's results" in told
    assert not [line for line in result.outlines + result.errlines if "Traceback" in line]
    assert not [line for line in result.outlines if "INTERNALERROR" in line]
