"""What makes a cluster hard to judge, not wrong: unlike faults, these change no verdict.

Under *trouble* a scenario may end inconclusive with the cause; under *weather* it may not even
that. No hardship turns a pass into a failure or a failure into a pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SHARE = 0.2
"""Of all calls, how many go wrong under a trouble of calls."""

SKEW = 2.0
"""Seconds that the clocks of two nodes differ at most: what chrony holds with ease."""

FOREIGN = 10.0
"""How many times as much foreign traffic there is in rough weather."""


@dataclass(frozen=True)
class Hardship:
    """One way in which a simulated cluster can be hard on the suite (`--hardship NAME`)."""

    name: str
    says: str
    weather: bool = False


def _trouble(name: str, says: str) -> Hardship:
    return Hardship(name, says)


def _weather(name: str, says: str) -> Hardship:
    return Hardship(name, says, weather=True)


API_CALLS = (
    _trouble("api-throttles", "one call in five is refused with 429 and Retry-After"),
    _trouble("api-breaks", "one call in five ends with 500, half of them after it has worked"),
    _trouble("api-is-away", "one call in five ends with 503"),
    _trouble("api-resets", "one connection in five is reset, half of them after it has worked"),
    _trouble("api-hangs", "one call in five gets no answer, or a 504 after a minute"),
    _trouble("api-cuts-bodies", "one answer in five ends in the middle"),
)
"""Each at SHARE of all calls to the API server, what goes through its proxy included."""

LOKI_CALLS = (
    _trouble("loki-throttles", "one query in five is refused with 429 and Retry-After"),
    _trouble("loki-breaks", "one query in five ends with 500"),
    _trouble("loki-is-away", "one query in five ends with 503"),
    _trouble("loki-resets", "one connection in five to Loki is reset behind the proxy"),
    _trouble("loki-hangs", "one query in five is given up by the proxy after half a minute"),
    _trouble("loki-cuts-bodies", "one answer in five of Loki ends in the middle"),
)

OTHERS = (
    _trouble("api-fails", "one call in five fails, in any of the six ways"),
    _trouble("loki-fails", "one query in five fails, in any of the six ways"),
    _trouble("watches-expire", "watches are dropped, and continue tokens are 410 Gone"),
    _trouble("tokens-rotate", "the token of the kubeconfig is replaced again and again"),
    _trouble("token-expires", "the token of the kubeconfig expires, and there is no other"),
    _trouble("probes-evicted", "one probe or Job in five is evicted from its node"),
    _trouble("images-not-pulled", "one probe or Job in five waits for its image in vain"),
    _trouble("node-drains", "a node is cordoned and drained in the middle of the run"),
    _trouble("quota-refuses", "a quota refuses one pod in five of the suite"),
    _trouble("limits-refuse", "a LimitRange refuses one pod in five of the suite"),
)

WEATHERS = (
    _weather("flows-late", "one flow in five reaches Loki some seconds later"),
    _weather("flows-reordered", "batches reach Loki in no order, old flows after new ones"),
    _weather("flows-twice", "one batch in five is written twice, for its answer was lost"),
    _weather("flows-redelivered", "one export in five is delivered twice, as by Kafka"),
    _weather("flows-split", "agents evict at other times too, so that records are of less"),
    _weather("crowded", "there is ten times as much foreign traffic"),
    _weather("clocks-differ", "the clocks of the nodes differ by up to 2 s"),
    _weather("api-slow", "calls take up to a second"),
    _weather("evicted-pods-stay", "pods of the pipeline that were evicted still stand about"),
    _weather("agents-restart", "now and then an agent is killed with what it holds"),
)

HARDSHIPS: Mapping[str, Hardship] = MappingProxyType(
    {each.name: each for each in (*API_CALLS, *LOKI_CALLS, *OTHERS, *WEATHERS)}
)

ROUGH = tuple(each.name for each in WEATHERS)
"""What `--weather rough` stands for."""
