"""How the commands of probes are written, and how each of their ends is read."""

from __future__ import annotations

import pytest

from catalog.outcomes import CURL_EXIT_CODES, Outcome
from kit.commands import any_status, connect, http_get, lookup

CURL = http_get("http://172.30.0.80:80/hostname")
AGNHOST = connect("192.0.2.1", 8080, "TCP")
DIG = lookup("a.found.test", "172.30.0.10", 20001)

MADE = "200 10.1.0.5 40000 172.30.0.80 80 0.001203 0.002345"
NOT_MADE = "000  0  0 0.000000 0.000000"
NOT_MADE_SINCE_CURL_8 = "000  -1  -1 0.000000 0.000000"


@pytest.mark.parametrize("code", range(256))
def test_every_exit_code_of_curl_is_an_outcome_or_a_broken_probe(code):
    ending = CURL.read(code, MADE)
    assert ending.outcome is CURL_EXIT_CODES.get(code, Outcome.BROKEN_PROBE)


@pytest.mark.parametrize(
    "code, outcome",
    [
        (0, Outcome.CONNECTED),
        (22, Outcome.CONNECTED),
        (28, Outcome.TIMED_OUT),
        (7, Outcome.REFUSED),
        (6, Outcome.NAME_NOT_RESOLVED),
        (60, Outcome.TLS_FAILED),
        (97, Outcome.PROXY_FAILED),
        (56, Outcome.RESET),
        (2, Outcome.BROKEN_PROBE),
        (126, Outcome.BROKEN_PROBE),
        (127, Outcome.BROKEN_PROBE),
        (137, Outcome.BROKEN_PROBE),
    ],
)
def test_the_codes_that_matter_most_mean_what_curl_says(code, outcome):
    assert CURL.read(code, MADE).outcome is outcome


def test_only_silence_and_a_refusal_can_be_a_denial():
    denying = {code for code, outcome in CURL_EXIT_CODES.items() if outcome.denied}
    assert denying == {7, 28}


def test_a_request_that_was_made_tells_its_status_and_its_port():
    ending = CURL.read(0, f"a warning\n{MADE}\n")
    assert (ending.answer, dict(ending.sent)) == (
        "200",
        {"SrcPort": 40000, "DstAddr": "172.30.0.80"},
    )


@pytest.mark.parametrize("told", [NOT_MADE, NOT_MADE_SINCE_CURL_8])
def test_a_connection_that_was_not_made_has_no_port(told):
    ending = CURL.read(28, f"curl: (28) Connection timed out\n{told}\n")
    assert (ending.outcome, ending.answer, dict(ending.sent)) == (Outcome.TIMED_OUT, "000", {})


@pytest.mark.parametrize("code, status", [(0, "503"), (0, "404"), (22, "403"), (0, "000")])
def test_an_answer_that_is_not_ours_is_somebody_elses(code, status):
    ending = CURL.read(code, MADE.replace("200", status, 1))
    assert (ending.outcome, ending.answer) == (Outcome.INTERCEPTED, status)
    unasked = any_status(CURL).read(code, MADE.replace("200", status, 1))
    assert unasked.outcome is Outcome.CONNECTED


def test_a_code_that_curl_does_not_have_is_told():
    assert CURL.read(137, "").answer == "exit code 137"


def test_success_that_tells_nothing_is_a_broken_probe():
    assert CURL.read(0, "").outcome is Outcome.BROKEN_PROBE
    assert CURL.read(28, "").outcome is Outcome.TIMED_OUT


def test_curl_is_told_to_use_no_proxy_and_to_give_up():
    assert CURL.argv[0] == "curl"
    assert CURL.argv[-1] == "http://172.30.0.80:80/hostname"
    pairs = list(zip(CURL.argv, CURL.argv[1:], strict=False))
    assert ("--noproxy", "*") in pairs
    assert ("--connect-timeout", "3") in pairs
    assert ("--max-time", "10") in pairs
    assert http_get("http://x", "--data", "a=b").argv[-3:] == ("--data", "a=b", "http://x")


@pytest.mark.parametrize(
    "code, output, outcome",
    [
        (0, "", Outcome.CONNECTED),
        (1, "TIMEOUT\n", Outcome.TIMED_OUT),
        (1, "REFUSED\n", Outcome.REFUSED),
        (1, "DNS: lookup nowhere: no such host\n", Outcome.NAME_NOT_RESOLVED),
        (1, "OTHER: dial tcp: connect: no route to host\n", Outcome.UNREACHABLE),
        (1, "OTHER: dial tcp: connect: network is unreachable\n", Outcome.UNREACHABLE),
        (1, "OTHER: something else\n", Outcome.BROKEN_PROBE),
        (1, "UNKNOWN\n", Outcome.BROKEN_PROBE),
        (1, "panic: TIMEOUT\n", Outcome.BROKEN_PROBE),
        (1, "", Outcome.BROKEN_PROBE),
        (2, "TIMEOUT\n", Outcome.BROKEN_PROBE),
        (127, "TIMEOUT\n", Outcome.BROKEN_PROBE),
    ],
)
def test_agnhost_names_why_it_could_not_connect(code, output, outcome):
    assert AGNHOST.read(code, output).outcome is outcome


def test_agnhost_takes_addresses_of_both_families():
    assert AGNHOST.argv == (
        *("/agnhost", "connect", "192.0.2.1:8080"),
        *("--timeout=3s", "--protocol=tcp"),
    )
    assert connect("fd00::1", 53, "UDP").argv[2] == "[fd00::1]:53"


def header(status: str, query_id: int = 20001) -> str:
    return f";; ->>HEADER<<- opcode: QUERY, status: {status}, id: {query_id}\n;; flags: qr aa rd\n"


@pytest.mark.parametrize(
    "status, answer",
    [("NOERROR", "NoError"), ("NXDOMAIN", "NXDomain"), ("SERVFAIL", "ServFail")],
)
def test_any_answer_to_dig_is_a_connection_and_says_which(status, answer):
    ending = DIG.read(0, header(status))
    assert (ending.outcome, ending.answer) == (Outcome.CONNECTED, answer)
    assert ending.sent == {"DnsId": 20001}


@pytest.mark.parametrize(
    "code, output, outcome",
    [
        (9, ";; connection timed out; no servers could be reached", Outcome.TIMED_OUT),
        (9, ";; communications error to 10.0.0.1#53: connection refused", Outcome.REFUSED),
        (0, "", Outcome.BROKEN_PROBE),
        (0, header("NOERROR", query_id=7), Outcome.BROKEN_PROBE),
        (1, header("NOERROR"), Outcome.BROKEN_PROBE),
        (10, "", Outcome.BROKEN_PROBE),
        (127, "dig: not found", Outcome.BROKEN_PROBE),
    ],
)
def test_other_ends_of_dig_are_told_apart(code, output, outcome):
    ending = DIG.read(code, output)
    assert (ending.outcome, ending.answer) == (outcome, "")
    assert ending.sent == {"DnsId": 20001}


def test_dig_asks_once_under_a_known_id():
    assert {"@172.30.0.10", "a.found.test", "+qid=20001", "+tries=1", "+notcp"} <= {*DIG.argv}
    assert "+tcp" in lookup("a", "::1", 1, tcp=True).argv
