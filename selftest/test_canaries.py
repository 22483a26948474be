"""No planted secret reaches an output file or the terminal, however a run ends."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from kit.cluster import Cluster
from kit.kubeconfig import load
from kit.redact import HIDDEN
from selftest.canaries import (
    ENVIRONMENT,
    ERROR,
    LOKI,
    PROMETHEUS,
    STORED,
    URL,
    files,
    found,
    of_kubeconfig,
    telltale,
)
from selftest.simulated_cluster import kubeconfig
from selftest.suite_aside import run

__all__ = ["kubeconfig"]

BREAKING = ("-p", "selftest.canary_plugin", "--showlocals")
FEW = ("features/flows.feature", "-k", "both or within")
MEASURED = ("features/pipeline_metrics.feature", "-k", "scrapes")
IN_ENVIRONMENT = {
    "AWS_SECRET_ACCESS_KEY": ENVIRONMENT,
    "TOKEN": ENVIRONMENT,
    "LOKI_TOKEN": LOKI,
    "PROMETHEUS_TOKEN": PROMETHEUS,
}


@pytest.fixture(autouse=True)
def planted(kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, canary in IN_ENVIRONMENT.items():
        monkeypatch.setenv(name, canary)
    data = {"access_key_secret": base64.b64encode(STORED.encode()).decode()}
    secret = {"apiVersion": "v1", "kind": "Secret", "data": data}
    Cluster(load(kubeconfig)).apply(secret | {"metadata": {"name": "s3", "namespace": "netobserv"}})


def leaks(kubeconfig: Path, output: Path, verdict: str, *arguments: str) -> list[str]:
    ended = run(kubeconfig, output, *arguments)
    assert verdict in ended.endings().values()
    assert verdict == "passed" or HIDDEN in ended.output
    canaries = [*IN_ENVIRONMENT.values(), STORED, URL, ERROR, *of_kubeconfig(kubeconfig)]
    written = [*files(output), ("the terminal", ended.output.encode())]
    assert {name for name, _ in written} >= {"conformance.yaml", "junit.xml", "the terminal"}
    assert len(canaries) > 7
    return found(canaries, iter(written))


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_green_run_tells_none(kubeconfig: Path, tmp_path: Path, workers: list[str]) -> None:
    assert leaks(kubeconfig, tmp_path, "passed", *FEW, *workers) == []


@pytest.mark.parametrize(("asked", "option"), [(FEW, "--loki-url"), (MEASURED, "--prometheus-url")])
def test_an_answer_that_repeats_credentials_tells_none(
    kubeconfig: Path, tmp_path: Path, asked: tuple[str, ...], option: str
) -> None:
    with telltale() as url:
        assert leaks(kubeconfig, tmp_path, "inconclusive", *asked, option, url) == []


def test_a_traceback_tells_none(kubeconfig: Path, tmp_path: Path) -> None:
    """Not even with local variables shown."""
    assert leaks(kubeconfig, tmp_path, "failed", *FEW, *BREAKING) == []


def test_a_planted_secret_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "leak.txt").write_bytes(base64.b64encode(STORED.encode()))
    assert found([STORED], files(tmp_path)) == [f"{STORED[:24]}… in leak.txt"]
