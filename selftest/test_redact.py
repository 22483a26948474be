"""Nothing that opens a door reaches a file; what is left can still be read."""

import json

import pytest
import yaml

from kit import redact
from kit.redact import HIDDEN, capped, redacted, redacted_tree

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "text, secret",
    [
        ("Authorization: Bearer abc.def-ghi", "abc.def"),
        ("authorization: basic dXNlcjpwdw==", "dXNlcjpwdw"),
        ("https://me:pa55@host/path", "pa55"),
        ("https://tok3nonly@host/path", "tok3nonly"),
        (f"sent {TOKEN} there", "eyJ"),
        ("oc login --token=sha256~abcdefghijklmnopqrstuvwx", "sha256~"),
        ("users:\n- user:\n    client-key-data: TFMwdExT\n", "TFMwdExT"),
        ('{"token": "abcd", "name": "x"}', "abcd"),
        ("password=hunter2&user=me", "hunter2"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE"),
        ("-----BEGIN PRIVATE KEY-----\ncut off", "cut off"),
        ("kind: Secret\ndata:\n  a: c2VjcmV0\n", "c2VjcmV0"),
        ('{"kind": "Secret", "stringData": {"a": "plain"}}', "plain"),
        ("kind: List\nitems:\n- kind: Secret\n  data: {a: c2Vj}\n", "c2Vj"),
        ("oops kind: Secret data: {a: c2Vj}: : :", "c2Vj"),
    ],
)
def test_secrets_are_hidden(text, secret):
    assert secret not in redacted(text)
    assert HIDDEN in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        '{SrcK8S_Namespace="probes"} |= "DnsId" | json',
        "https://loki.netobserv.svc:3100/loki/api/v1/query_range?limit=5000",
        "kind: ConfigMap\ndata:\n  a: b\n",
        "the token expired an hour ago",
    ],
)
def test_the_rest_is_left_alone(text):
    assert redacted(text) == text


def test_a_remembered_value_is_hidden_plain_and_in_base64(monkeypatch):
    monkeypatch.setattr(redact, "_known", set())
    redact.remember("swordfish")
    assert redacted("swordfish c3dvcmRmaXNo") == f"{HIDDEN} {HIDDEN}"


def test_a_secret_keeps_its_keys():
    seen = yaml.safe_load(redacted("kind: Secret\nmetadata: {name: a}\ndata: {tls.key: eA==}\n"))
    assert seen == {"kind": "Secret", "metadata": {"name": "a"}, "data": {"tls.key": HIDDEN}}


def test_a_tree_stays_a_tree():
    tree = {"a": ['say token: "x1"', 3, None], "b": "https://u:p@h"}
    clean = redacted_tree(tree)
    assert clean == {"a": [f'say token: "{HIDDEN}"', 3, None], "b": f"https://{HIDDEN}@h"}
    assert json.loads(json.dumps(clean)) == clean


def test_a_long_text_keeps_head_and_tail():
    text = "head" + "é" * 1000 + "tail"
    kept = capped(text, limit=500)
    assert kept.startswith("head")
    assert kept.endswith("tail")
    assert len(kept.encode()) <= 500
    assert "bytes left out here" in kept
    assert capped("short") == "short"
