"""Asking once more: how long between two attempts, when it is enough, and what is done once."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from kit import again
from kit.again import Attempts, retry_after
from kit.asks import Ask
from kit.cluster import Cluster
from kit.connection import Connection
from kit.creating import is_the_same
from kit.errors import Refused, Unanswered
from kit.kubeconfig import load
from selftest.api_stage import ApiStage, api_stage
from selftest.fake_time import FakeTime, fake_time
from simulation.apiserver import ApiError
from simulation.apiserver.calls import refuse

__all__ = ["fake_time"]

OURS = {"netobserv-egress-conformance/run": "abc"}


def config_map(name: str, **labels: str) -> dict[str, Any]:
    head = {"apiVersion": "v1", "kind": "ConfigMap"}
    return head | {"metadata": {"name": name, "namespace": "default", "labels": labels or OURS}}


def test_pauses_double_and_end(fake_time: FakeTime):
    attempts = Attempts(retries=4)
    while attempts.once_more():
        pass
    assert fake_time.slept == [0.1, 0.2, 0.4, 0.8]


def test_pauses_are_those_of_the_clusters_clock(fake_time: FakeTime):
    Attempts(speed=60).once_more(asked=6)
    assert fake_time.slept == [0.1]


def test_the_server_may_ask_for_a_longer_pause_up_to_a_limit(fake_time: FakeTime):
    attempts = Attempts()
    assert [attempts.once_more(asked) for asked in (3, 0, 9999)] == [True] * 3
    assert fake_time.slept == [3, 0.2, again.LONGEST_PAUSE]


def test_no_attempt_begins_after_the_limit_of_real_time(fake_time: FakeTime):
    attempts = Attempts(speed=60)
    fake_time.now += again.WITHIN + 1
    assert not attempts.once_more()
    assert fake_time.slept == []


@pytest.mark.parametrize("said, seconds", [("2", 2), ("0.5", 0.5), ("-3", 0), ("soon", 0)])
def test_what_a_server_asks_for(said: str, seconds: float):
    assert retry_after({"Retry-After": said}) == seconds


@pytest.mark.parametrize(
    "ask, repeatable",
    [
        (Ask("GET", "/"), True),
        (Ask("PATCH", "/", body={"spec": {}}), True),
        (Ask("DELETE", "/"), True),
        (Ask("POST", "/"), False),
        (Ask("POST", "/", repeatable=True), True),
        (Ask("PATCH", "/", body=[{"op": "replace", "path": "/spec"}]), True),
        (Ask("PATCH", "/", body=[{"op": "remove", "path": "/spec/x"}]), False),
    ],
)
def test_what_does_the_same_when_it_is_done_twice(ask: Ask, repeatable: bool):
    assert ask.is_repeatable is repeatable


def test_what_is_there_is_ours_by_its_labels_and_a_lease_by_its_holder():
    assert is_the_same(config_map("a"), config_map("a", **OURS, more="1"))
    assert not is_the_same(config_map("a"), config_map("a", run="another"))
    bare = {"metadata": {"name": "a"}}
    assert not is_the_same(bare, bare)
    lease = config_map("a") | {"spec": {"holderIdentity": "us"}}
    assert not is_the_same(lease, lease | {"spec": {"holderIdentity": "them"}})


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with api_stage(tmp_path_factory.mktemp("api")) as stage:
        yield stage


class Mishaps:
    """What happens to the next calls to one path, one after the other; then nothing any more."""

    def __init__(self, stage: ApiStage, path: str, *ways: Any) -> None:
        self.path, self.ways, self.methods = path, deque(ways), list[str]()
        stage.server.api.around = self.around

    async def around(self, request: web.BaseRequest, respond: Any) -> Any:
        if not request.path.endswith(self.path):
            return await respond(request)
        self.methods.append(request.method)
        return await self.ways.popleft()(request, respond) if self.ways else await respond(request)


async def lose_the_answer(request, respond):
    await respond(request)
    request.transport.abort()
    return web.Response()


async def lose_the_request(request, _respond):
    request.transport.abort()
    return web.Response()


async def cut_the_body(request, respond):
    response = await respond(request)
    response.body = response.body[: len(response.body) // 2]
    return response


async def break_after_it_worked(request, respond):
    await respond(request)
    return refuse(ApiError(500, "InternalError", "etcdserver: request timed out"))


async def expire(_request, _respond):
    return refuse(ApiError(410, "Expired", "too old"))


@pytest.fixture
def mishaps(stage: ApiStage):
    yield lambda path, *ways: Mishaps(stage, path, *ways)
    stage.server.api.around = lambda request, respond: respond(request)


@pytest.mark.parametrize("way", [lose_the_answer, lose_the_request, break_after_it_worked])
def test_a_creation_that_went_wrong_happens_once(stage: ApiStage, mishaps: Any, way: Any):
    cluster, name = stage.cluster(), f"once-{way.__name__.replace('_', '-')}"
    cluster.serves("v1", "ConfigMap")
    seen = mishaps("/configmaps", way)
    made = cluster.create(config_map(name))
    assert made["metadata"]["uid"]
    assert seen.methods == (["POST", "POST"] if way is lose_the_request else ["POST"])


def test_a_lost_creation_does_not_take_what_is_anothers(stage: ApiStage, mishaps: Any):
    cluster = stage.cluster()
    cluster.create(config_map("theirs", run="another"))
    mishaps("/configmaps", lose_the_answer)
    with pytest.raises(Unanswered):
        cluster.create(config_map("theirs"))


def test_an_object_that_is_there_already_is_refused_as_ever(stage: ApiStage):
    cluster = stage.cluster()
    cluster.create(config_map("there"))
    with pytest.raises(Refused, match="already exists") as refused:
        cluster.create(config_map("there"))
    assert refused.value.code == 409


@pytest.mark.parametrize("way", [lose_the_answer, cut_the_body])
def test_half_an_answer_is_asked_for_again(stage: ApiStage, mishaps: Any, way: Any):
    cluster = stage.cluster()
    cluster.serves("v1", "ConfigMap")
    seen = mishaps("/configmaps", way, way)
    assert cluster.list("v1", "ConfigMap", "default") is not None
    assert seen.methods == ["GET"] * 3


def test_a_patch_that_removes_is_not_sent_twice(stage: ApiStage, mishaps: Any):
    cluster = stage.cluster()
    cluster.apply(config_map("patched") | {"data": {"x": "1"}})
    seen = mishaps("/patched", lose_the_answer)
    with pytest.raises(Unanswered):
        cluster.patch("v1", "ConfigMap", "patched", [{"op": "remove", "path": "/data"}], "default")
    assert seen.methods == ["PATCH"]


def test_a_list_whose_token_expired_begins_anew(stage: ApiStage, mishaps: Any, monkeypatch):
    monkeypatch.setattr("kit.cluster.PAGE", 2)
    cluster = stage.cluster()
    for number in range(5):
        cluster.create(config_map(f"page-{number}", page="1"))

    async def let_pass(request, respond):
        return await respond(request)

    seen = mishaps("/configmaps", let_pass, expire)
    found = cluster.list("v1", "ConfigMap", "default", selector="page=1")
    assert [item["metadata"]["name"] for item in found] == [f"page-{n}" for n in range(5)]
    assert len(seen.methods) == 2 + 3


def test_a_token_that_was_replaced_is_read_again(stage: ApiStage):
    old = stage.do(lambda: stage.store.access.add_user("rotated", "system:masters"))
    file = stage.kubeconfig(old, "rotated")
    cluster = Cluster(load(file))
    cluster.connect()
    new = stage.do(lambda: stage.store.access.add_user("rotated", "system:masters"))
    stage.do(lambda: stage.store.access.revoke(old))
    stage.kubeconfig(new, "rotated")
    assert cluster.create(config_map("by-the-new-token"))["metadata"]["uid"]
    stage.do(lambda: stage.store.access.revoke(new))
    with pytest.raises(Refused, match="the token may have expired") as refused:
        cluster.connect()
    assert refused.value.code == 401
    assert new not in str(refused.value)


def test_a_login_plugin_is_asked_again(stage: ApiStage, tmp_path: Path):
    token = stage.do(lambda: stage.store.access.add_user("plugged", "system:masters"))
    held = tmp_path / "token"
    held.write_text("stale")
    answer = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
    script = f"printf '%s' '{answer}\"status\":{{\"token\":\"'$(cat {held})'\"}}}}'"
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh"}
    document = yaml.safe_load(stage.admin.read_text())
    document["users"][0]["user"] = {
        "exec": plugin | {"args": ["-c", script], "interactiveMode": "Never"}
    }
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(document))
    cluster = Cluster(load(file))
    held.write_text(token)
    cluster.connect()


def test_what_a_quota_refuses_names_the_quota(stage: ApiStage):
    connection = Connection(load(stage.admin), "selftest/1", tries=0)
    said = 'pods "probe-1" is forbidden: exceeded quota: pods-of-projects, requested: pods=1'
    told = connection._sentence(Ask("POST", "/"), 403, said)
    assert told.startswith("The quota pods-of-projects refuses what the suite needs: pods")
    said = "maximum cpu usage per Container is 5m, but limit is 100m"
    assert "A LimitRange of the namespace refuses" in connection._sentence(
        Ask("POST", "/"), 403, said
    )
