"""Paths: which flows of a conversation a line speaks of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.paths import ENDS, Path, path
from selftest.conversation import RESPONDER, answer, request, traffic
from selftest.refusals import read_or_refused, refusal


@pytest.mark.parametrize(
    "text, source, destination",
    [
        ("of the client", None, None),
        ("from the client", "client", None),
        ("to the client", None, "client"),
        ("to the service", None, "service"),
        ("from the client to the service", "client", "service"),
        ("from the responder to the client", "responder", "client"),
        ("from the client to the server", "client", "server"),
    ],
)
def test_a_path_has_one_end_or_two(text, source, destination):
    assert path(text) == Path(text, source, destination)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "client",
        "the client",
        "from client to service",
        "from the client to",
        "from the client to the",
        "to the client from the service",
        "from the client to the moon",
        "from the client to the service twice",
        "of the service",
        "the to the client",
        "from the client to the client",
        "from the server to the service",
    ],
)
def test_what_is_no_path_of_a_client_is_refused(text):
    told = refusal(path, text)
    assert told.startswith(f"{text!r} is not a path")
    assert ", ".join(ENDS) in told


@pytest.mark.parametrize(
    "text, flow, met",
    [
        ("of the client", request(), True),
        ("of the client", answer(), True),
        ("from the client", request(), True),
        ("from the client", answer(), False),
        ("to the client", answer(), True),
        ("to the client", request(), False),
        ("from the client to the service", request(), True),
        ("from the client to the service", answer(), False),
        ("from the service to the client", answer(), True),
        ("from the client to the service", request(DstPort=443), False),
        ("from the client to the service", request(SrcPort=40001), False),
        ("from the client to the service", request(DstAddr="10.2.0.7"), False),
        ("from the client to the server", request(), False),
        ("from the client to the server", request(DstAddr="10.2.0.7", DstPort=8080), True),
    ],
)
def test_addresses_and_ports_decide(text, flow, met):
    assert (path(text).complaint(flow, traffic()) is None) is met


def test_a_complaint_says_which_end_differs_and_how():
    told = path("from the client to the service").complaint(request(DstPort=443), traffic())
    assert told == "DstPort is 443, which is not service (80)"
    told = path("to the client").complaint({}, traffic())
    assert told == "DstAddr is None, which is not client (10.1.0.5)"


def test_the_responder_is_the_target_itself():
    outside = traffic(target=RESPONDER, server=None)
    flow = request(DstAddr=RESPONDER.address, DstPort=RESPONDER.port)
    assert path("from the client to the responder").complaint(flow, outside) is None


def test_only_traffic_to_a_service_has_a_server():
    outside = traffic(target=RESPONDER, server=None)
    told = refusal(path("to the server").complaint, request(), outside)
    assert "say the responder" in told


WORDS = st.sampled_from(["from", "to", "the", "of", *ENDS, "moon"])


@given(st.text() | st.lists(WORDS, max_size=7).map(" ".join))
def test_any_text_is_a_path_or_a_sentence(text):
    assert isinstance(read_or_refused(path, text), Path | str)
