"""What is asked of a Loki, simulated or real: the same lines pushed, then the same questions.

Times are offsets in nanoseconds from `base`; RUN stands for a label value unique to the run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

SECOND = 10**9
MINUTE = 60 * SECOND
RUN = "RUN"

FLOW = {"app": "netobserv-flowcollector", "run": RUN}
SHOP_IN = FLOW | {"SrcK8S_Namespace": "shop", "FlowDirection": "0"}
SHOP_OUT = FLOW | {"SrcK8S_Namespace": "shop", "FlowDirection": "1"}
BANK = FLOW | {"SrcK8S_Namespace": "bank", "DstK8S_Namespace": 'o"d\\d', "FlowDirection": "0"}
PLAIN = {"run": RUN, "kind": "plain"}

NESTED = json.dumps(
    {
        "Bytes": 300,
        "in": {"deep": {"er": "x"}, "1st": 7, "list": [1, {"a": "b"}]},
        "a.b-c": 1,
        "9lives": "cat",
        "truth": True,
        "lie": False,
        "nothing": None,
        "empty": "",
        "FlowDirection": "9",
        "e": "tab\there \u00e9 \U0001f600",
        "NetworkEvents": [{"Action": "drop"}],
    },
    ensure_ascii=False,
)

ENTRIES: tuple[tuple[dict[str, str], int, str], ...] = (
    (SHOP_IN, 0, '{"SrcPort":80,"Bytes":100,"SrcAddr":"10.0.0.1","Took":"50ms","Size":"2KiB"}'),
    (SHOP_IN, 10 * SECOND, '{"SrcPort":8080,"Bytes":250.5,"SrcAddr":"10.0.0.2","Took":"1.5s"}'),
    (SHOP_IN, 20 * SECOND, NESTED),
    (SHOP_IN, 5 * SECOND, '{"SrcPort":443,"Bytes":1e3,"SrcAddr":"late"}'),
    (SHOP_IN, 5 * SECOND, '{"SrcPort":443,"Bytes":1e3,"SrcAddr":"late"}'),
    (SHOP_OUT, 30 * SECOND, '{"SrcPort":80,"Bytes":40,"SrcAddr":"10.0.0.3","level":"WARN"}'),
    (SHOP_OUT, 70 * SECOND, '{"SrcPort":53,"Bytes":60,"SrcAddr":"a \\"quoted\\" \\\\ one"}'),
    (BANK, 40 * SECOND, '{"SrcPort":22,"Bytes":5,"SrcK8S_Name":"error-probe"}'),
    (BANK, 50 * SECOND, '{"Bytes":7,"said":"an error happened"}'),
    (PLAIN, 1 * SECOND, "no level here"),
    (PLAIN, 2 * SECOND, 'level=error msg="it\'s" n=1'),
    (PLAIN, 3 * SECOND, '{"broken": 1'),
    (PLAIN, 4 * SECOND, "[1, 2]"),
    (PLAIN, 6 * SECOND, '{"Bytes":"many"}'),
    (PLAIN, 7 * SECOND, "INFO starting"),
    (PLAIN, 8 * SECOND, '{"severity":"critical"}'),
    (PLAIN, 9 * SECOND, "{}"),
)


@dataclass(frozen=True)
class Case:
    """One question. Parameters may hold {base}, {end} and other offsets as ("+", ns)."""

    name: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    loose: bool = field(default=False)
    """Only the status is compared."""


def _range(name: str, query: str, *more: tuple[str, str], window: bool = True) -> Case:
    """Within the two minutes after the base."""
    params = (("query", query), *more)
    if window:
        params += (("start", "@0"), ("end", f"@{2 * MINUTE}"))
    return Case(name, "/loki/api/v1/query_range", params)


def _instant(name: str, query: str, *more: tuple[str, str]) -> Case:
    return Case(name, "/loki/api/v1/query", (("query", query), ("time", f"@{2 * MINUTE}"), *more))


ALL = '{run="RUN"}'
FLOWS = '{run="RUN", app="netobserv-flowcollector"}'
SHOP = '{run="RUN", SrcK8S_Namespace="shop"}'
TEXTS = '{run="RUN", kind="plain"}'

SELECTING = (
    ALL,
    SHOP,
    '{run="RUN", SrcK8S_Namespace!="shop"}',
    '{run="RUN", SrcK8S_Namespace=~"sho"}',
    '{run="RUN", SrcK8S_Namespace=~"sh.p|ban."}',
    '{run="RUN", SrcK8S_Namespace!~"sh.*"}',
    '{run="RUN", DstK8S_Namespace="o\\"d\\\\d"}',
    '{run="RUN", DstK8S_Namespace=`o"d\\d`}',
    '{run="RUN", DstK8S_Namespace=""}',
    '{run="RUN", SrcK8S_Namespace=~".+", FlowDirection=""}',
    '{run="RUN", detected_level="warn"}',
    '{run="RUN", service_name="unknown_service"}',
    '{run="RUN", SrcK8S_Namespace="\\u0073hop"}',
    '{run="RUN", SrcK8S_Namespace="\\x73\\150op"}',
    '{run="RUN", SrcK8S_Namespace=~"(?i)SHOP"}',
)
FILTERING = (
    FLOWS + ' |= "10.0.0."',
    FLOWS + ' |= "10.0.0." != "10.0.0.2"',
    FLOWS + ' |~ "10.0.0.[13]"',
    FLOWS + ' !~ "10.0.0.[13]"',
    FLOWS + ' |= "10.0.0.1" or "10.0.0.2"',
    FLOWS + ' != "10.0.0.1" or "10.0.0.2"',
    FLOWS + ' |~ "Port.:80," or "Port.:22,"',
    FLOWS + ' |= `\\"quoted\\"`',
    FLOWS + ' |= "\\\\\\"quoted\\\\\\""',
    FLOWS + ' |= "\U0001f600"',
    FLOWS + ' |= "\\U0001f600"',
    FLOWS + ' |= "\\ud83d\\ude00"',
    FLOWS + ' |= ""',
    TEXTS + ' |= "it\'s"',
    TEXTS + ' |~ "(?i)LEVEL"',
    TEXTS + ' |~ "^no"',
    FLOWS + ' |= "10.0.0." # remark',
    "(" + FLOWS + ' |= "10.0.0.")',
)
READING = (
    SHOP + " | json",
    SHOP + " | json | SrcPort=80",
    SHOP + " | json | SrcPort==80.0",
    SHOP + ' | json | SrcPort="80"',
    SHOP + " | json | SrcPort!=80",
    SHOP + ' | json | SrcPort!="80"',
    SHOP + " | json | Bytes>=250",
    SHOP + " | json | Bytes>1e2 and Bytes<=1000",
    SHOP + ' | json | Bytes<100 or SrcAddr="late"',
    SHOP + ' | json | (Bytes<100 or SrcPort=443), FlowDirection="0"',
    SHOP + ' | json | SrcPort=443 or SrcPort=80 and FlowDirection="1"',
    SHOP + ' | json | SrcPort=443 FlowDirection="0"',
    SHOP + ' | json | SrcAddr=~"10.0.0"',
    SHOP + ' | json | SrcAddr=~"10.0.0..*"',
    SHOP + ' | json | SrcAddr!~"10.*"',
    SHOP + ' | json | SrcAddr=""',
    SHOP + " | json | Took>100ms",
    SHOP + " | json | Took<1s",
    SHOP + " | json | Size>1KB",
    SHOP + " | json | SrcAddr>5",
    SHOP + ' | json | SrcAddr>5 | __error__=""',
    SHOP + " | json | Bytes>-1",
    SHOP + ' | json port="SrcPort", deep="in.deep.er"',
    SHOP + ' | json first="in.list[1].a", name="[\\"a.b-c\\"]", all="in.deep", gone="x.y"',
    SHOP + " | json SrcAddr",
    SHOP + ' | FlowDirection="1"',
    SHOP + ' | detected_level="warn"',
    SHOP + ' | json | level="WARN"',
    SHOP + " | json | drop SrcAddr, level",
    SHOP + ' | json | drop SrcAddr="late"',
    SHOP + " | json | keep SrcAddr",
    SHOP + ' | json | line_format "{{.SrcAddr}} {{ .Bytes }}"',
    SHOP + " | json | label_format who=SrcAddr",
    SHOP + ' | json | label_format who="{{.SrcAddr}}!"',
    TEXTS + " | json",
    TEXTS + ' | json | __error__=""',
    TEXTS + ' | json | __error__!=""',
    TEXTS + " | json | drop __error__, __error_details__",
    TEXTS + " | json | Bytes>5",
    TEXTS + ' | json x="y"',
)
REFUSED = (
    "",
    "{",
    "}",
    "{}",
    "{run",
    "{run=",
    '{run="RUN"',
    '{run="RUN",',
    '{run="RUN",}',
    '{run="RUN"}}',
    '{run=~".*"}',
    '{run!="x"}',
    '{run=""}',
    '{run=~"("}',
    '{run=~"a(?=b)"}',
    '{run=~"*"}',
    '{run=~"[a"}',
    '{run=~"\\\\1"}',
    "{run='x'}",
    '{run=="x"}',
    "{run=5}",
    '{"run"="x"}',
    '{run="\\d"}',
    '{run="unclosed}',
    "{run=`unclosed}",
    '{run="a\nb"}',
    '{a-b="x"}',
    ALL + " |",
    ALL + " | |",
    ALL + " |=",
    ALL + " |= 5",
    ALL + " |= x",
    ALL + ' |= "a" or',
    ALL + ' |~ "("',
    ALL + ' "a"',
    ALL + " | json | x",
    ALL + " | json | x >",
    ALL + " | json | x > y",
    ALL + " | json | x =~ 5",
    ALL + " | json | (x > 5",
    ALL + ' | json | x > "5"',
    ALL + " | json x=",
    ALL + " | nosuch",
    ALL + " | json )",
    ALL + " [5m]",
    "count_over_time(" + ALL + ")",
    "count_over_time(" + ALL + "[])",
    "count_over_time(" + ALL + "[5x])",
    "count_over_time(" + ALL + "[5m)",
    "count_over_time(" + ALL + "[5m]",
    "count_over_time()",
    "count_over_time(5)",
    "sum_over_time(" + ALL + "[5m])",
    "count_over_time(" + ALL + " | json | unwrap Bytes [5m])",
    "count_over_time(" + ALL + "[5m]) by (x)",
    "sum(" + ALL + ")",
    "sum(",
    "sum by (",
    "sum by x (rate(" + ALL + "[5m]))",
    "topk(rate(" + ALL + "[5m]))",
    "topk(0, rate(" + ALL + "[5m]))",
    "topk(1.5, rate(" + ALL + "[5m]))",
    "sum(2, rate(" + ALL + "[5m]))",
    ALL + " + 1",
    "1 + ",
    "rate(" + ALL + "[5m]) and 1",
    "nosuch(" + ALL + "[5m])",
    'count_over_time({run=~".*"}[5m])',
    ALL + "\n| json\n| x",
    "rate(" + TEXTS + " | json [5m])",
    "sum_over_time(" + TEXTS + ' | json | __error__="" | unwrap Bytes [5m])',
)
MEASURING = (
    "count_over_time(" + FLOWS + "[1m])",
    "sum(count_over_time(" + FLOWS + "[1m]))",
    "sum by (SrcK8S_Namespace) (count_over_time(" + FLOWS + "[1m]))",
    "sum without (FlowDirection, detected_level) (count_over_time(" + FLOWS + "[1m]))",
    "sum(rate(" + FLOWS + "[1m])) by (SrcK8S_Namespace, nosuch)",
    "rate(" + SHOP + ' |= "SrcPort" [30s])',
    "bytes_over_time(" + SHOP + "[1m])",
    "bytes_rate(" + SHOP + "[1m])",
    "sum_over_time(" + SHOP + " | json | unwrap Bytes [1m])",
    "sum by (SrcPort) (sum_over_time(" + SHOP + " | json | unwrap Bytes [1m]))",
    "max_over_time(" + SHOP + " | json | unwrap Bytes [1m]) by (FlowDirection)",
    "min_over_time(" + SHOP + " | json | unwrap Bytes [1m]) by (FlowDirection)",
    "avg_over_time(" + SHOP + " | json | unwrap Bytes [1m]) by (FlowDirection)",
    "first_over_time(" + SHOP + " | json | unwrap Bytes [1m]) by (FlowDirection)",
    "last_over_time(" + SHOP + " | json | unwrap Bytes [1m]) by (FlowDirection)",
    "max_over_time(" + SHOP + ' | json | unwrap duration(Took) | __error__="" [1m])',
    "sum_over_time(" + SHOP + " | json | unwrap bytes(Size) [1m])",
    "sum(rate(" + SHOP + " | json | unwrap Bytes [1m]))",
    "avg(count_over_time(" + FLOWS + "[1m]))",
    "min(count_over_time(" + FLOWS + "[1m]))",
    "max(count_over_time(" + FLOWS + "[1m]))",
    "count(count_over_time(" + FLOWS + "[1m]))",
    "topk(1, sum by (SrcPort) (count_over_time(" + FLOWS + ' | json | SrcPort="80" [1m])))',
    "bottomk(1, sum by (SrcK8S_Namespace) (count_over_time(" + FLOWS + "[2m])))",
    "sum(count_over_time(" + FLOWS + "[1m])) * 2",
    "2 / sum(count_over_time(" + FLOWS + "[1m]))",
    "sum(count_over_time(" + FLOWS + "[1m])) > 3",
    "3 < sum(count_over_time(" + FLOWS + "[1m]))",
    "sum(count_over_time(" + FLOWS + "[1m])) > bool 3",
    "sum(count_over_time(" + FLOWS + "[1m])) / sum(bytes_over_time(" + FLOWS + "[1m]))",
    "sum by (FlowDirection) (count_over_time(" + SHOP + "[1m])) - "
    "sum by (FlowDirection) (count_over_time(" + FLOWS + "[1m]))",
    "count_over_time(" + FLOWS + "[1m] offset 30s)",
    "sum(count_over_time(" + TEXTS + ' | json | __error__="" [2m]))',
    "sum by (detected_level) (count_over_time(" + ALL + "[2m]))",
    "1 + 2 * 3 ^ 2",
    "(1 + 2) * -3",
    'sum(count_over_time({run="RUN", app="none"}[1m]))',
)
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

HOUR = 3600 * SECOND
LATE = {"run": RUN, "kind": "late"}


@dataclass(frozen=True)
class Push:
    """Entries of one stream at offsets from now."""

    name: str
    labels: dict[str, str]
    offsets: tuple[int, ...] = (0,)
    line: str = "x"


PUSHES = (
    Push("a new stream", LATE),
    Push("too far behind", LATE, (-2 * HOUR,)),
    Push("two of three too far behind", LATE, (-2 * HOUR, -3 * HOUR, 0)),
    Push("out of order within the hour", LATE, (-HOUR // 2, -HOUR // 3)),
    Push("too old", LATE, (-8 * 24 * HOUR,)),
    Push("too new", LATE, (HOUR,)),
    Push("a little new", LATE, (MINUTE,)),
    Push("an empty label", {"run": RUN, "a": ""}),
    Push("fifteen labels", {"run": RUN} | {f"l{number}": "x" for number in range(14)}),
    Push("sixteen labels", {"run": RUN} | {f"l{number}": "x" for number in range(15)}),
    Push("long value", {"run": RUN, "a": "x" * 2049}),
    Push("long name", {"run": RUN, "a" * 1025: "x"}),
    Push("long line", LATE, line="x" * (256 * 1024 + 1)),
    Push("no entries", LATE, ()),
)

CASES: tuple[Case, ...] = (
    *(_range(query, query) for query in (*SELECTING, *FILTERING, *READING, *REFUSED)),
    *(_range(f"{query} by 30s", query, ("step", "30")) for query in MEASURING),
    *(_instant(f"{query} at once", query) for query in MEASURING),
    *WINDOWS,
    *METADATA,
)
