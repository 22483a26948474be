"""kubectl asks some things in protobuf only; these bytes are what it sends."""

from __future__ import annotations

import pytest

from simulation.apiserver import protobuf


def field(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2, len(value)]) + value


def envelope(kind: bytes, spec: bytes) -> bytes:
    type_meta = field(1, b"authorization.k8s.io/v1") + field(2, kind)
    return protobuf.MAGIC + field(1, type_meta) + field(2, field(2, spec))


def test_a_question_about_a_right() -> None:
    asked = field(1, field(1, b"default") + field(2, b"create") + field(5, b"pods"))
    assert protobuf.decode(envelope(b"SelfSubjectAccessReview", asked)) == {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {
            "resourceAttributes": {"namespace": "default", "verb": "create", "resource": "pods"}
        },
    }


def test_numbers_of_several_bytes() -> None:
    spec = bytes([4 << 3, 0x90, 0x1C])
    assert protobuf.decode(envelope(b"TokenRequest", spec))["spec"] == {"expirationSeconds": 3600}


def test_a_namespace_to_make() -> None:
    raw = field(1, field(1, b"foo")) + field(2, b"") + field(3, b"")
    type_meta = field(1, b"v1") + field(2, b"Namespace")
    found = protobuf.decode(protobuf.MAGIC + field(1, type_meta) + field(2, raw))
    assert found == {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "foo"}}


STRANGE = [envelope(b"Pod", b""), protobuf.MAGIC, protobuf.MAGIC + b"\x0d\x01"]


@pytest.mark.parametrize("data", STRANGE)
def test_anything_else_is_not_understood(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"no type|no protobuf|wire type"):
        protobuf.decode(data)
