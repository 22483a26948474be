"""Each hardship strikes as it says, by the seed alone, and changes no answer that does arrive."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from catalog.faults import FAULTS_BY_NAME
from catalog.hardships import API_CALLS, HARDSHIPS, LOKI_CALLS, ROUGH, SHARE
from fixtures import hardship_options
from kit.asks import Ask
from kit.connection import Connection
from kit.errors import InfrastructureError
from kit.kubeconfig import load
from selftest.api_stage import ApiStage, api_stage
from simulation.apiserver import ApiError, HttpReply, HttpRequest
from simulation.clock import Clock
from simulation.hardships import Hardships, UnknownHardship, weather
from simulation.hardships.calls import TroubledCalls
from simulation.hardships.queries import TroubledQueries
from simulation.weather import Weather

ROOT = Path(__file__).parents[1]
pytest_plugins = ["sample_suite"]


def test_a_hardship_is_no_fault():
    assert not HARDSHIPS.keys() & FAULTS_BY_NAME.keys()
    assert ROUGH
    assert all(HARDSHIPS[name].weather for name in ROUGH)


@pytest.mark.parametrize("name", HARDSHIPS)
def test_each_hardship_is_done_somewhere(name: str):
    done = [path for path in (ROOT / "simulation").rglob("*.py") if f'"{name}"' in path.read_text()]
    assert done, f"nobody asks for {name}"


def test_an_unknown_hardship_is_refused_with_the_nearest():
    with pytest.raises(UnknownHardship, match="did you mean api-resets"):
        Hardships(["api-reset"])


@pytest.mark.parametrize(
    "arguments, told",
    [
        ("--hardship api-reset", "unknown hardship 'api-reset'; the nearest known word is 'api-*'"),
        ("--weather api-resets", "unknown weather 'api-resets'*"),
        ("--weather rogh", "unknown weather 'rogh'; the nearest known word is 'rough'"),
    ],
)
def test_nonsense_is_refused(sample: Any, arguments: str, told: str):
    sample.pytester.makeconftest("pytest_plugins = ['fixtures.options', 'fixtures.target']")
    result = sample.run(*arguments.split())
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: {told}"])


@pytest.mark.parametrize("option, name", [("--hardship", "api-resets"), ("--weather", "rough")])
def test_a_live_cluster_has_hardships_of_its_own(sample: Any, option: str, name: str):
    config = sample.pytester.parseconfigure(option, name)
    with pytest.raises(ValueError, match=f"^{option} belongs to the simulated cluster"):
        hardship_options.read(config, live=True)
    names = hardship_options.read(config, live=False)
    assert names == (ROUGH if name == "rough" else (name,))


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with api_stage(tmp_path_factory.mktemp("api")) as stage:
        yield stage


def endings(stage: ApiStage, name: str, seed: int, count: int = 60) -> list[str]:
    """How calls end that nobody repeats."""
    clock = stage.do(lambda: Clock(6000.0))
    stage.server.api.around = TroubledCalls(Hardships([name], seed), clock)
    connection = Connection(load(stage.admin), "selftest/1", tries=0)
    connection._timeout = lambda _ask: 0.2  # type: ignore[method-assign]  # a hang costs time
    return [_ending(connection) for _ in range(count)]


def _ending(connection: Connection) -> str:
    try:
        answer = connection.ask(Ask("GET", "/version", json=True))
    except InfrastructureError as error:
        return "cut" if "no JSON" in str(error) else "broken"
    return str(answer.status) if answer.json() else "empty"


@pytest.fixture
def calm(stage: ApiStage):
    yield
    stage.server.api.around = lambda request, respond: respond(request)


@pytest.mark.parametrize(
    "name, ways",
    [
        ("api-throttles", {"429"}),
        ("api-breaks", {"500"}),
        ("api-is-away", {"503"}),
        ("api-resets", {"broken"}),
        ("api-hangs", {"504", "broken"}),
        ("api-cuts-bodies", {"cut", "broken"}),
    ],
)
def test_one_call_in_five_ends_so(stage: ApiStage, calm: None, name: str, ways: set[str]):
    seen = Counter(endings(stage, name, seed=2))
    wrong = sum(seen[way] for way in ways)
    assert seen.keys() <= {"200", *ways}
    assert SHARE / 3 < wrong / 60 < 2 * SHARE


def test_all_six_together_are_one_call_in_five(stage: ApiStage, calm: None):
    seen = Counter(endings(stage, "api-fails", seed=3, count=150))
    assert len(seen) >= 5
    assert SHARE / 2 < 1 - seen["200"] / 150 < 2 * SHARE


def test_the_seed_decides_which(stage: ApiStage, calm: None):
    first, again, other = (endings(stage, "api-is-away", seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_client_gets_through_all_of_it(stage: ApiStage, calm: None):
    clock = stage.do(lambda: Clock(6000.0))
    stage.server.api.around = TroubledCalls(Hardships(["api-fails"], 1), clock)
    connection = Connection(load(stage.admin), "selftest/1")
    connection._timeout = lambda _ask: 0.2  # type: ignore[method-assign]  # a hang costs time
    for _ in range(40):
        assert connection.expect(Ask("GET", "/version"))["major"] == "1"


async def loki(_request: HttpRequest) -> HttpReply:
    return HttpReply(200, {}, b'{"status":"success"}')


async def answers(name: str, count: int) -> Counter[int]:
    """Answers by status; 0 stands for one that is cut."""
    troubled = TroubledQueries(Hardships([name], 1), Clock(60000.0), loki)
    seen: Counter[int] = Counter()
    for _ in range(count):
        try:
            reply = await troubled(HttpRequest("GET", "/"))
        except ApiError as error:
            seen[error.code] += 1
        else:
            seen[0 if reply.body[:1] == b"{" and reply.body[-1:] != b"}" else reply.status] += 1
    return seen


@pytest.mark.parametrize(
    "name, status",
    [
        *(("loki-throttles", 429), ("loki-breaks", 500), ("loki-is-away", 503)),
        *(("loki-resets", 503), ("loki-hangs", 504), ("loki-cuts-bodies", 0)),
    ],
)
def test_one_query_in_five_ends_so(name: str, status: int):
    seen = asyncio.run(answers(name, 100))
    assert seen.keys() == {200, status}
    assert SHARE / 2 < seen[status] / 100 < 2 * SHARE


@pytest.mark.parametrize("name", [each.name for each in (*API_CALLS, *LOKI_CALLS)])
def test_trouble_of_calls_leaves_the_weather_fair(name: str):
    fair = weather.of(Hardships([name], 1))
    assert (fair.late_share, fair.twice, fair.skew) == (Weather().late_share, 0.0, 0.0)


def test_rough_weather_is_drawn_by_the_seed():
    one, again, other = (weather.of(Hardships(ROUGH, seed)) for seed in (1, 1, 2))
    assert one.late == again.late != other.late
    clocks = [one.offset(node) for node in ("a", "b", "c")]
    assert clocks == [again.offset(node) for node in ("a", "b", "c")]
    assert max(clocks) - min(clocks) <= one.skew == 2.0
