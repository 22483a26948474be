"""The Loki client: every page, each flow once, retries with an end, one sentence an error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import pytest
import urllib3

from kit import again
from kit.logql import Query
from kit.loki import Answer, Loki, LokiError, Transport, client
from simulation.apiserver.proxy import HttpRequest
from simulation.loki import LokiServer, LokiStore

NOW = 1_800_000_000.0
NOW_NS = int(NOW) * 10**9
QUERY = Query().where(app="x")
EMPTY = json.dumps({"status": "success", "data": {"resultType": "streams", "result": []}})
GOOD = Answer(200, EMPTY)


def served(store: LokiStore) -> Transport:
    handler = LokiServer(store, lambda: NOW)

    def transport(path: str, params: Mapping[str, str]) -> Answer:
        reply = asyncio.run(handler(HttpRequest("GET", path, list(params.items()))))
        return Answer(reply.status, reply.body.decode(), reply.headers)

    return transport


class Scripted:
    """Gives its answers one after another, the last one for ever; raises those that are errors."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.slept = list(answers), list[float]()

    def __call__(self, path: str, params: Mapping[str, str]) -> Answer:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def loki(self) -> Loki:
        return Loki(self, "Loki here", self.slept.append)


def filled(count: int, distinct_times: int) -> LokiStore:
    """`count` flows in three streams, spread over so many nanoseconds."""
    store = LokiStore(lambda: NOW)
    for number in range(count):
        labels = {"app": "x", "FlowDirection": str(number % 3)}
        store.push(labels, NOW_NS - number % distinct_times, f'{{"Bytes":{number}}}')
    return store


@pytest.mark.parametrize("distinct_times", [1000, 12, 3])
def test_all_pages_are_read_even_if_many_flows_share_a_time(
    monkeypatch: pytest.MonkeyPatch, distinct_times: int
) -> None:
    monkeypatch.setattr(client, "PAGE", 25)
    count = 24 * min(distinct_times, 20)
    loki = Loki(served(filled(count, distinct_times)))
    flows = loki.flows(QUERY, NOW - 1, NOW)
    assert sorted(flow["Bytes"] for flow in flows) == list(range(count))
    assert [flow.at_ns for flow in flows] == sorted(flow.at_ns for flow in flows)
    assert loki.queries > count // 25


def test_a_nanosecond_with_more_than_a_page_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAGE", 25)
    with pytest.raises(LokiError, match="more than 25 flows of one nanosecond"):
        Loki(served(filled(26, 1))).flows(QUERY, NOW - 1, NOW)


def test_a_lower_limit_of_the_server_is_learned() -> None:
    store = filled(80, 80)
    store.limits = type(store.limits)(max_entries_limit=30)
    loki = Loki(served(store))
    assert len(loki.flows(QUERY, NOW - 1, NOW)) == 80
    assert loki.queries == 4
    loki.flows(QUERY, NOW - 1, NOW)
    assert loki.queries == 7


def test_both_ends_of_the_window_are_included() -> None:
    store = LokiStore(lambda: NOW)
    for at in (0, 1, 2, 3):
        store.push({"app": "x"}, NOW_NS - at * 10**9, f'{{"Bytes":{at}}}')
    flows = Loki(served(store)).flows(QUERY, NOW - 2, NOW - 1)
    assert [flow["Bytes"] for flow in flows] == [2, 1]


def test_labels_and_line_become_one_record() -> None:
    store = LokiStore(lambda: NOW)
    line = '{"Bytes":7,"Flags":["SYN"]}'
    store.push({"app": "x", "FlowDirection": "0", "made_up": "m"}, NOW_NS, line)
    (flow,) = Loki(served(store)).flows(QUERY.json().field("Bytes", "=", 7), NOW - 1, NOW)
    assert flow == {
        "Bytes": 7,
        "Flags": ["SYN"],
        "app": "x",
        "FlowDirection": "0",
        "made_up": "m",
        "service_name": "x",
        "detected_level": "unknown",
    }
    assert (flow.line, flow.at_ns) == (line, NOW_NS)
    assert set(flow.labels) == set(flow) - {"Bytes", "Flags"}


PASSING = (
    Answer(429, "too many outstanding requests"),
    Answer(500, "oops"),
    Answer(502, ""),
    Answer(503, json.dumps({"kind": "Status", "message": 'no endpoints for "loki"'})),
    Answer(504, "request timed out"),
    Answer(200, EMPTY[:40]),
    Answer(200, "<html>"),
    Answer(200, '{"status":"error"}'),
    ConnectionResetError(104, "Connection reset by peer"),
    TimeoutError("timed out"),
    urllib3.exceptions.ProtocolError("Connection aborted."),
)


@pytest.mark.parametrize("trouble", PASSING, ids=str)
def test_passing_trouble_is_tried_again(trouble: Answer | Exception) -> None:
    script = Scripted(trouble, trouble, GOOD)
    loki = script.loki()
    assert loki.flows(QUERY, NOW - 1, NOW) == []
    assert loki.queries == 3
    assert script.slept == [0.1, 0.2]


@pytest.mark.parametrize("trouble", PASSING, ids=str)
def test_lasting_trouble_is_an_error_and_never_an_empty_answer(
    trouble: Answer | Exception,
) -> None:
    script = Scripted(trouble)
    loki = script.loki()
    with pytest.raises(LokiError, match=r"^Loki here "):
        loki.flows(QUERY, NOW - 1, NOW)
    assert loki.queries == again.RETRIES + 1
    assert len(script.slept) == again.RETRIES


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (Answer(400, "parse error at line 1"), r"refused the query \(400 parse error at line 1\)"),
        (Answer(401, "no org id\n"), r"wants a tenant or a token.* \(401 no org id\)"),
        (Answer(403, ""), r"forbids reading.* \(403\)"),
        (Answer(404, "404 page not found"), r"has no such path.*--loki-url"),
        (Answer(200, '{"status":"success","data":{"resultType":"matrix","result":[]}}'), "matrix"),
        (Answer(200, '{"status":"success","data":{"result":[]}}'), "not Loki's"),
        (Answer(200, '{"status":"success"}'), "not Loki's"),
    ],
)
def test_lasting_refusals_are_not_tried_again(trouble: Answer, says: str) -> None:
    script = Scripted(trouble)
    loki = script.loki()
    with pytest.raises(LokiError, match=says) as raised:
        loki.flows(QUERY, NOW - 1, NOW)
    assert (loki.queries, script.slept) == (1, [])
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (PASSING[0], "refuses more queries"),
        (PASSING[1], "look at its log"),
        (PASSING[3], 'no endpoints for "loki"'),
        (PASSING[5], "cut or foreign body"),
        (PASSING[8], "cannot be reached"),
        (PASSING[9], "did not answer in time"),
    ],
)
def test_each_lasting_trouble_has_its_sentence(trouble: Answer | Exception, says: str) -> None:
    with pytest.raises(LokiError, match=says):
        Scripted(trouble).loki().flows(QUERY, NOW - 1, NOW)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "3"}, 3.0),
        ({"retry-after": "999"}, again.LONGEST_PAUSE),
        ({"Retry-After": "soon"}, again.FIRST_PAUSE),
        (
            {
                "Retry-After": "Wed, 21 Oct 2026 07:28:04 GMT",
                "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            4.0,
        ),
    ],
)
def test_the_server_says_when_to_come_back(headers: dict[str, str], pause: float) -> None:
    script = Scripted(Answer(429, "", headers), GOOD)
    script.loki().flows(QUERY, NOW - 1, NOW)
    assert script.slept == [pause]


def test_a_line_that_is_no_record_is_an_error() -> None:
    store = LokiStore(lambda: NOW)
    store.push({"app": "x"}, NOW_NS, "plain words")
    with pytest.raises(LokiError, match="no flow record: 'plain words'"):
        Loki(served(store)).flows(QUERY, NOW - 1, NOW)
