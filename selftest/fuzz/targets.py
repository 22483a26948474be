"""Our readers, the inputs that they are tried with, and the only errors that they may raise."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from catalog.fields import FIELDS
from kit import bpftool, budgets, google_lists, kubeconfig, quarantine
from kit.cells import parse
from kit.errors import InfrastructureError, UsageError
from kit.exposition import Page
from kit.history import History
from kit.logql import Query, quoted
from kit.loki import Flow
from kit.nights import Nights
from kit.quantity import quantity
from kit.schema import complaints
from selftest.fuzz.near import bent, json_values, near
from selftest.updater_stage import LISTS  # makes the updater importable

import lists  # isort: skip
import settings  # isort: skip

DATA = Path(__file__).parents[1] / "data"
ROOT = Path(__file__).parents[2]
FACTS: dict[str, object] = {"traffic began": 1.0, "traffic ended": 2.0, "the client's name": "x"}
CELLS = (
    *("present", "absent", "as sent", "at least 1", "at most 200 ms", "between 1 µs and 5 s"),
    *("one of TCP, UDP", "with SYN", "only SYN", "nothing but default", "the client's name"),
    *("a multiple of 1 µs", "during the traffic", "no longer than the request took", "empty"),
)
LIST = json.dumps({"prefixes": [{"ipv4Prefix": "8.8.4.0/24"}, {"ipv6Prefix": "2001:4860::/32"}]})
KUBECONFIG = """apiVersion: v1
kind: Config
current-context: a
contexts: [{name: a, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://192.0.2.1:6443"}}]
users: [{name: u, user: {token: canary}}]
"""
RECORD = json.dumps(
    {"SrcAddr": "10.0.0.1", "DstPort": 80, "Proto": 6, "Flags": ["SYN"], "DnsFlags": 33152}
    | {"TimeFlowStartMs": 1, "TimeFlowEndMs": 2, "Interfaces": ["a"], "IfDirections": [0]}
    | {"NetworkEvents": [{"Type": "acl"}], "Udns": [""], "DnsFlagsResponseCode": "NoError"}
)
NIGHT = json.dumps({"at": "2026", "cluster": "c", "run": "r", "verdicts": {"t": ["passed", 1]}})
COSTS = json.dumps({"at": "2026", "cluster": "c", "run": "r", "versions": {}, "costs": {}})
ENTRY = "- {scenario: t, because: b, link: 'https://x', until: 2026-12-24}\n"
METRICS = '# HELP x y\nx_total{a="b",c="d"} 1.5e3 1700000000\ny 2\n'
ENVIRONMENT = ("TARGET_NAMESPACES", "GOOG_URL", "MAX_RULES", "CHANGE_LIMIT", "HTTP_TIMEOUT")


@dataclass(frozen=True)
class Target:
    """`read` may raise `allowed` and nothing else, and each with a sentence."""

    name: str
    inputs: st.SearchStrategy[Any]
    read: Callable[[Any], object]
    allowed: tuple[type[Exception], ...] = (ValueError,)


def _cell(told: tuple[Any, str, Any]) -> None:
    field, text, value = told
    parse(field, text).complaint(value, FACTS)


def _record(line: str) -> None:
    list(complaints(Flow({"app": "netobserv-flowcollector"}, line, 1)))


def _file(read: Callable[[Path], object], name: str) -> Callable[[str], object]:
    def reading(text: str) -> object:
        with TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.write_bytes(text.encode("utf-8", "surrogatepass"))
            return read(file)

    return reading


def _logql(told: tuple[str, Any]) -> str:
    text, value = told
    quoted(text)
    return str(
        Query().where(app=text).showing("SrcAddr", text).contains(text).field("a", "=", value)
    )


def _bpf(what: str) -> list[Target]:
    reader = {"prog": "programs", "map": "maps", "link": "links", "net": "net_hooks"}[what]
    sample = (DATA / "ebpf" / f"{what}-list.json").read_text()

    def read(text: str) -> object:
        return getattr(bpftool, reader)(text, "node-1")

    inputs = near(sample) | bent(sample) | json_values.map(json.dumps)
    return [Target(f"bpftool {what}", inputs, read, (InfrastructureError,))]


TARGETS = (
    Target(
        "table cells",
        st.tuples(
            st.sampled_from(FIELDS),
            st.sampled_from(CELLS).flatmap(near) | st.text(max_size=30),
            json_values,
        ),
        _cell,
    ),
    Target("quantities", st.sampled_from(("5 ms", "1.5 GiB", "200m")).flatmap(near), quantity),
    Target("LogQL", st.tuples(st.text(), st.text() | st.integers() | st.floats()), _logql),
    Target(
        "budget files",
        near((ROOT / "budgets.yaml").read_text()[:1500]) | st.text(max_size=60),
        _file(budgets.read, "budgets.yaml"),
    ),
    Target("prefix lists", near(LIST) | bent(LIST), google_lists.read),
    Target(
        "the updater's lists",
        (near(LIST) | bent(LIST)).map(lambda text: text.encode("utf-8", "surrogatepass")),
        lambda body: lists.read("https://x/goog.json", body, 1),
        (settings.Problem,),
    ),
    Target(
        "the updater's settings",
        st.dictionaries(st.sampled_from(ENVIRONMENT), st.text(max_size=12)),
        settings.read,
        (settings.Problem,),
    ),
    *(target for what in ("prog", "map", "link", "net") for target in _bpf(what)),
    Target("flow records", near(RECORD) | bent(RECORD) | json_values.map(json.dumps), _record),
    Target("kubeconfigs", near(KUBECONFIG), _file(kubeconfig.load, "config"), (UsageError,)),
    Target("nights", near(NIGHT) | bent(NIGHT), _file(lambda f: Nights(f).of(""), "v.jsonl")),
    Target("costs", near(COSTS) | bent(COSTS), _file(lambda f: History(f).nights(), "c.jsonl")),
    Target("quarantines", near(ENTRY), _file(lambda f: quarantine.read(f, ["t"]), "q.yaml")),
    Target("metrics", near(METRICS), lambda text: list(Page(text).samples("x_total"))),
)

assert LISTS
