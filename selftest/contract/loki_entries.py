"""What is pushed to a Loki before it is asked: lines of every sort, and entries it refuses.

Offsets are nanoseconds; RUN stands for a label value unique to the run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

SECOND = 10**9
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
RUN = "RUN"

FLOW = {"app": "netobserv-flowcollector", "run": RUN}
SHOP_IN = FLOW | {"SrcK8S_Namespace": "shop", "FlowDirection": "0"}
SHOP_OUT = FLOW | {"SrcK8S_Namespace": "shop", "FlowDirection": "1"}
BANK = FLOW | {"SrcK8S_Namespace": "bank", "DstK8S_Namespace": 'o"d\\d', "FlowDirection": "0"}
PLAIN = {"run": RUN, "kind": "plain"}
LEVELS = {"run": RUN, "kind": "levels"}

LEVEL_LINES = (
    '{"a":{"level":"wrn"}}',
    '{"a":{"b":{"level":"wrn"}}}',
    '{"a":{"b":{"level":"err"}}}',
    '{"level":5,"lvl":"dbg"}',
    '{"level":"odd","a":"error"}',
    '{"Severity":"FATAL","level":"info"}',
    '{"log.level":"trace"}',
    '{"DnsName":"info"}',
    '{"DnsName":"info.example.com"}',
    '{"DnsName":"my-error"}',
    '{"SrcK8S_Name":"critical"',
    "lvl=dbg it",
    'a=b LEVEL="warning" level=inf',
    "misc:error",
    "error: no",
    "an error, then a fatal",
    "[WARN] x",
    "terror (err)",
    "informal",
)

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
    *((LEVELS, number * SECOND, line) for number, line in enumerate(LEVEL_LINES)),
)

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
