"""Caps: pods are counted as they come and go, bytes before they are sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kit import ration
from kit.errors import UsageError
from kit.ration import BYTES, ENDLESS, Ration, bytes_of, size
from kit.verdict import Inconclusive
from kit.wait import Waiting


def item(kind: str, name: str, **spec: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, "namespace": "demo"}, "spec": spec}


def rationed(directory: Path, pods: int = 3, most: int = 10**9) -> Ration:
    return Ration(directory, Waiting(stretch=0.0005), pods, most)


def test_a_client_waits_for_a_place_and_leaves_it(tmp_path):
    caps = rationed(tmp_path)
    caps.take(item("Deployment", "web", replicas=2))
    caps.take(item("Pod", "one"))
    with pytest.raises(Inconclusive, match=r"Pod two has a place among --max-pods 3: not within"):
        rationed(tmp_path).take(item("Pod", "two"))
    caps.give(item("Pod", "one"))
    rationed(tmp_path).take(item("Pod", "two"))
    assert caps.read().pods == 3


def test_servers_that_leave_no_place_are_refused(tmp_path):
    caps = rationed(tmp_path)
    with pytest.raises(UsageError, match=r"--max-pods 3 is too few: the servers .* are 4 pods"):
        caps.take(item("Deployment", "web", replicas=4))
    caps.take(item("Deployment", "web", replicas=3))
    with pytest.raises(UsageError, match="and a client needs one more: raise it"):
        caps.take(item("Pod", "one"))


def test_what_is_applied_again_counts_once_and_other_kinds_not_at_all(tmp_path):
    caps = rationed(tmp_path)
    for _ in range(5):
        caps.take(item("Deployment", "web", replicas=2))
        caps.take(item("ConfigMap", "settings"))
    assert caps.read().pods == 2


def test_bytes_are_refused_before_they_are_sent(tmp_path):
    caps = rationed(tmp_path, most=5000)
    caps.take(item("Pod", "one", command=["curl", "http://a"]))
    assert 1000 < caps.read().sent < 2000
    with pytest.raises(UsageError, match="would send more than --max-bytes 5000"):
        caps.take(item("Pod", "two", command=["curl", "--data", "x" * 4000, "http://a"]))
    assert 1000 < caps.read().sent < 2000


def test_a_client_that_never_pauses_counts_for_its_life_until_it_is_stopped(tmp_path, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(ration.time, "time", lambda: now[0])
    caps, loop = rationed(tmp_path), ["sh", "-c", "while true; do curl http://a; done"]
    endless = item("Pod", "one", command=loop, activeDeadlineSeconds=100)
    caps.take(endless)
    assert caps.read().sent == ENDLESS
    now[0] += 25
    caps.give(endless)
    assert caps.read().sent == ENDLESS // 4
    caps.give(endless)
    assert caps.read().sent == ENDLESS // 4


def test_a_pod_may_say_how_much_it_sends():
    told = item("Pod", "one", command=["sh", "-c", "while true; do true; done"])
    told["metadata"]["annotations"] = {BYTES: "7"}
    assert bytes_of(told) == 7
    assert bytes_of(item("Deployment", "web")) == 0


@pytest.mark.parametrize("text", ["3 s", "0 B", "much", "7"])
def test_a_size_is_one(text):
    with pytest.raises(ValueError):  # noqa: PT011 - each word has a sentence of its own
        size(text)
    assert size("1.5 kB") == 1500
