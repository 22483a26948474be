"""The words and signs of LogQL, by the names that a real Loki's error texts give them.

Source: loki v3 pkg/logql/syntax/lex.go; words of the second kind count only before a bracket.
"""

from __future__ import annotations

END, NAME, STRING, NUMBER = "$end", "IDENTIFIER", "STRING", "NUMBER"
DURATION, RANGE, BYTES, FLAG = "DURATION", "RANGE", "BYTES", "FUNCTION_FLAG"

SYMBOLS = (
    ",",
    ".",
    "{",
    "}",
    "=",
    "!=",
    "=~",
    "!~",
    "!>",
    "|=",
    "|~",
    "|>",
    "|",
    "]",
    "(",
    ")",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "==",
    ">",
    ">=",
    "<",
    "<=",
)
WORDS = {
    "unwrap",
    "by",
    "without",
    "bool",
    "label_replace",
    "offset",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "or",
    "and",
    "unless",
    "json",
    "regexp",
    "logfmt",
    "unpack",
    "pattern",
    "label_format",
    "line_format",
    "ip",
    "decolorize",
    "drop",
    "keep",
}
RANGE_FUNCTIONS = {
    f"{name}_over_time"
    for name in [
        "count",
        "bytes",
        "avg",
        "sum",
        "min",
        "max",
        "stdvar",
        "stddev",
        "quantile",
        "first",
        "last",
        "absent",
    ]
} | {"rate", "rate_counter", "bytes_rate"}
VECTOR_FUNCTIONS = {
    "sum",
    "avg",
    "max",
    "min",
    "count",
    "stddev",
    "stdvar",
    "bottomk",
    "topk",
    "sort",
    "sort_desc",
    "approx_topk",
}
CONVERSIONS = {
    "bytes": "BYTES_CONV",
    "duration": "DURATION_CONV",
    "duration_seconds": "DURATION_SECONDS_CONV",
}
FUNCTIONS = (
    {name: name.upper() for name in RANGE_FUNCTIONS | VECTOR_FUNCTIONS | {"vector"}}
    | CONVERSIONS
    | {"label_replace": "label_replace", "ip": "ip"}
)
