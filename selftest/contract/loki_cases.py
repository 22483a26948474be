"""What is asked of a Loki, simulated or real, once the entries of the contract are in it."""

from __future__ import annotations

from dataclasses import dataclass

from selftest.contract.loki_entries import MINUTE, SECOND
from selftest.contract.loki_queries import (
    ALL,
    FILTERING,
    FLOWS,
    LEVELLED,
    MEASURING,
    READING,
    REFUSED,
    SELECTING,
    SHOP,
    TEXTS,
)


@dataclass(frozen=True)
class Case:
    """One question. RUN is the run's own label value, and @… a time after the base."""

    name: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    method: str = "GET"


def _range(name: str, query: str, *more: tuple[str, str], window: bool = True) -> Case:
    """Within the two minutes after the base."""
    params = (("query", query), *more)
    if window:
        params += (("start", "@0"), ("end", f"@{2 * MINUTE}"))
    return Case(name, "/loki/api/v1/query_range", params)


def _instant(name: str, query: str, *more: tuple[str, str]) -> Case:
    return Case(name, "/loki/api/v1/query", (("query", query), ("time", f"@{2 * MINUTE}"), *more))


WINDOWS = (
    _range("start inside, end outside", SHOP, ("direction", "forward"), window=False),
    Case(
        "start is included",
        "/loki/api/v1/query_range",
        (("query", SHOP), ("start", f"@{10 * SECOND}"), ("end", f"@{30 * SECOND}")),
    ),
    Case(
        "end is not included",
        "/loki/api/v1/query_range",
        (("query", SHOP), ("start", "@0"), ("end", f"@{20 * SECOND}")),
    ),
    Case(
        "seconds",
        "/loki/api/v1/query_range",
        (("query", SHOP), ("start", "@s0"), ("end", "@s60")),
    ),
    Case(
        "rfc3339",
        "/loki/api/v1/query_range",
        (("query", SHOP), ("start", "@r0"), ("end", "@r60")),
    ),
    Case(
        "float seconds",
        "/loki/api/v1/query_range",
        (("query", SHOP), ("start", "@f0"), ("end", "@f60")),
    ),
    Case(
        "end before start",
        "/loki/api/v1/query_range",
        (("query", SHOP), ("start", f"@{MINUTE}"), ("end", "@0")),
    ),
    Case(
        "empty window",
        "/loki/api/v1/query_range",
        (("query", SHOP), ("start", "@0"), ("end", "@0")),
    ),
    _range("since", SHOP, ("since", "2m"), ("end", f"@{MINUTE}"), window=False),
    _range("forward, 2", SHOP, ("direction", "forward"), ("limit", "2")),
    _range("backward, 2", SHOP, ("direction", "BACKWARD"), ("limit", "2")),
    _range("forward", FLOWS, ("direction", "forward")),
    _range("limit 5000", SHOP, ("limit", "5000")),
    _range("limit 6000", SHOP, ("limit", "6000")),
    _range("limit 6000 of a metric", "sum(rate(" + SHOP + "[1m]))", ("limit", "6000")),
    _range("limit 0", SHOP, ("limit", "0")),
    _range("limit -1", SHOP, ("limit", "-1")),
    _range("limit ten", SHOP, ("limit", "ten")),
    _range("bad direction", SHOP, ("direction", "up")),
    _range("bad start", SHOP, ("start", "yesterday"), window=False),
    _range("bad end", SHOP, ("end", "tomorrow"), window=False),
    _range("bad since", SHOP, ("since", "long"), window=False),
    _range("bad step", "rate(" + SHOP + "[1m])", ("step", "wide")),
    _range("step 0", "rate(" + SHOP + "[1m])", ("step", "0")),
    _range("step -1", "rate(" + SHOP + "[1m])", ("step", "-1")),
    _range("step tiny", "rate(" + SHOP + "[1m])", ("step", "0.001")),
    _range("no query", "", ("limit", "5")),
    _range("step in words", "sum(count_over_time(" + SHOP + "[1m]))", ("step", "30s")),
    _range("default step", "sum(count_over_time(" + SHOP + "[1m]))"),
)
METADATA = (
    Case("labels", "/loki/api/v1/labels", (("query", ALL), ("start", "@0"))),
    Case("labels, old path", "/loki/api/v1/label", (("query", ALL), ("start", "@0"))),
    Case("values", "/loki/api/v1/label/SrcK8S_Namespace/values", (("query", ALL),)),
    Case("values of none", "/loki/api/v1/label/nosuch/values", (("query", ALL),)),
    Case("values, bad query", "/loki/api/v1/label/app/values", (("query", "{"),)),
    Case("values, pipeline", "/loki/api/v1/label/app/values", (("query", ALL + ' |= "x"'),)),
    Case("labels of none", "/loki/api/v1/labels", (("query", '{run="none"}'),)),
    Case("series", "/loki/api/v1/series", (("match[]", SHOP),)),
    Case("series, two", "/loki/api/v1/series", (("match[]", SHOP), ("match[]", TEXTS))),
    Case("series of none", "/loki/api/v1/series", (("match[]", '{run="none"}'),)),
    Case("series, bad", "/loki/api/v1/series", (("match[]", "{"),)),
    Case("ready", "/ready"),
    Case("no such path", "/loki/api/v1/nosuch"),
    Case("no such path outside", "/nosuch"),
    Case("posted form", "/loki/api/v1/query_range", (("query", SHOP), ("start", "@0")), "POST"),
    _instant("log query", SHOP),
    _instant("pipeline query", SHOP + ' |= "x"'),
    _instant("bad time", "1", ("time", "noon")),
    Case("bad instant", "/loki/api/v1/query", (("query", "1"), ("time", "noon"))),
)

CASES: tuple[Case, ...] = (
    *(_range(query, query) for query in (*SELECTING, *FILTERING, *READING, *LEVELLED, *REFUSED)),
    *(_range(f"{query} by 30s", query, ("step", "30")) for query in MEASURING),
    *(_instant(f"{query} at once", query) for query in MEASURING),
    *WINDOWS,
    *METADATA,
)
