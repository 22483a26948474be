"""The far end off the cluster: where it is, what it is asked, and how its answer is read."""

from __future__ import annotations

import pytest

from catalog.outcomes import Outcome
from kit.errors import UsageError
from kit.far_end import (
    Settings,
    ask_who,
    ask_who_often,
    caller,
    callers,
    echo_end,
    handshakes,
    seen_as,
    seen_each_time,
    settings,
)
from kit.manifests import manifest
from kit.traffic import End, Traffic
from selftest.fake_cluster import FakeCluster

ECHO = End("the echo", "", "203.0.113.9", 8080)
TOLD = "200 10.128.0.5 40000 203.0.113.9 8080 0.001500 0.002345\n"


def asked(code: int, output: str) -> Traffic:
    command = ask_who(ECHO)
    ending = command.read(code, output)
    client = End("probe", "demo", "10.128.0.5", node_address="10.0.0.10")
    return Traffic(
        client=client,
        target=ECHO,
        server=None,
        outcome=ending.outcome,
        began=0.0,
        ended=1.0,
        command=command.argv,
        output=output,
        answer=ending.answer,
        sent=ending.sent,
    )


def test_the_answer_is_printed_on_a_line_of_its_own_before_what_curl_tells():
    argv = ask_who(ECHO).argv
    assert argv[-1] == "http://203.0.113.9:8080/clientip"
    assert "--output" not in argv
    assert "/dev/null" not in argv
    assert argv[argv.index("--write-out") + 1].startswith("\\n%{http_code}")


@pytest.mark.parametrize(
    "answer, wanted",
    [("10.0.0.240:40001", ("10.0.0.240", 40001)), ("[fd00::1]:5", ("fd00::1", 5))],
)
def test_the_caller_is_read_from_the_answer(answer, wanted):
    traffic = asked(0, f"{answer}\n{TOLD}")
    assert traffic.outcome is Outcome.CONNECTED
    assert caller(traffic) == wanted
    assert traffic.sent["SrcPort"] == 40000
    assert handshakes(traffic) == [0.0015]


def test_whoever_was_seen_is_told_beside_whoever_was_expected():
    traffic = asked(0, f"10.0.0.10:40001\n{TOLD}")
    assert seen_as(traffic, "10.0.0.10", "the client's node address").met
    verdict = seen_as(traffic, "10.0.0.240", "the egress address")
    assert verdict.because == ("the echo saw 10.0.0.10, expected the egress address (10.0.0.240)")
    assert "curl" in verdict.detail


def test_to_ask_often_is_to_connect_anew_each_time():
    argv = ask_who_often(ECHO, 3).argv
    assert argv[-3:] == ("http://203.0.113.9:8080/clientip",) * 3
    assert argv[argv.index("--header") + 1] == "Connection: close"
    assert argv[: argv.index("--header")] == ask_who(ECHO).argv[:-1]


@pytest.mark.parametrize(
    "seen, because",
    [
        (["10.0.0.240"] * 3, "the echo saw 10.0.0.240 3 times"),
        (
            ["10.0.0.240", "10.0.0.10", "10.0.0.240"],
            "the echo saw 10.0.0.10 in connection 2 of 3, expected the egress address (10.0.0.240)",
        ),
        (["10.0.0.240"] * 2, "the echo said who called 2 times, not 3"),
        ([], "the echo said who called 0 times, not 3"),
    ],
)
def test_one_connection_that_shows_another_address_is_enough(seen, because):
    traffic = asked(0, "".join(f"{address}:{n}\n{TOLD}" for n, address in enumerate(seen)))
    assert callers(traffic) == seen
    verdict = seen_each_time(traffic, "10.0.0.240", "the egress address", 3)
    assert (verdict.met, verdict.because) == (seen == ["10.0.0.240"] * 3, because)


@pytest.mark.parametrize(
    "code, output", [(28, "curl: (28) Connection timed out\n\n000  -1  -1 0.0\n"), (0, TOLD)]
)
def test_no_answer_is_never_somebody(code, output):
    traffic = asked(code, output)
    assert caller(traffic) == ("", None)
    verdict = seen_as(traffic, "", "the egress address")
    assert (verdict.met, verdict.because) == (False, "the echo did not say who called")


def test_the_command_line_goes_before_what_the_owner_left():
    left = manifest("far-end")
    assert settings(FakeCluster(left), Settings(egress_ip="10.0.0.7")) == Settings(
        "http://192.0.2.1:8080", "10.0.0.7"
    )
    assert settings(FakeCluster(), Settings()) == Settings()


def test_an_echo_is_named_by_its_address():
    assert echo_end("http://[fd00::2]:81") == End("the echo", "", "fd00::2", 81)
    assert echo_end("http://192.0.2.1/").port == 80


@pytest.mark.parametrize("url", ["https://192.0.2.1", "http://echo.example.com", "192.0.2.1:80"])
def test_another_echo_is_refused(url):
    with pytest.raises(UsageError, match="wants http://ADDRESS:PORT"):
        echo_end(url)
