"""Names and labels: what Kubernetes lets an object be called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from simulation.apiserver.errors import Cause
from simulation.apiserver.resources import Resource
from simulation.apiserver.validation import cause, required, wrong

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = _LABEL + r"(\." + _LABEL + ")*"
_QUALIFIED = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_QUALIFIED})?"

_LABEL_SAYS = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    f"for validation is '{_LABEL}')"
)
_SUBDOMAIN_SAYS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    r"for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_VALUE_SAYS = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value', "
    " or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_KEY_SAYS = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_SHORT_NAMES = ("Namespace", "Service")
_FREE_NAMES = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")


def _length(most: int) -> str:
    return f"must be no more than {most} characters"


def is_label(text: str) -> bool:
    return len(text) <= 63 and re.fullmatch(_LABEL, text) is not None


def label_causes(field: str, text: str) -> Iterator[Cause]:
    """A name that must be a DNS-1123 label."""
    if len(text) > 63:
        yield wrong(field, text, _length(63))
    if not re.fullmatch(_LABEL, text):
        yield wrong(field, text, _LABEL_SAYS)


def name_causes(resource: Resource, metadata: dict[str, Any]) -> Iterator[Cause]:
    """What is wrong with an object's own name."""
    name = metadata.get("name") or ""
    if not name:
        yield required("metadata.name", "name or generateName is required")
    elif resource.kind in _FREE_NAMES:
        if re.search("[/%]", name) or name in (".", ".."):
            yield wrong("metadata.name", name, "may not contain '/'")
    elif resource.kind in _SHORT_NAMES:
        yield from label_causes("metadata.name", name)
    else:
        if len(name) > 253:
            yield wrong("metadata.name", name, _length(253))
        if not re.fullmatch(_SUBDOMAIN, name):
            yield wrong("metadata.name", name, _SUBDOMAIN_SAYS)


def labels_causes(labels: dict[str, Any], field: str) -> Iterator[Cause]:
    for key, value in labels.items():
        name = key.rpartition("/")[2]
        if not re.fullmatch(_QUALIFIED, name):
            yield wrong(field, key, _KEY_SAYS)
        if len(name) > 63:
            yield wrong(field, key, f"name part {_length(63)}")
        text = "" if value is None else str(value)
        if len(text) > 63:
            yield wrong(field, text, _length(63))
        if not re.fullmatch(_VALUE, text):
            yield wrong(field, text, _VALUE_SAYS)


def annotation_causes(metadata: dict[str, Any]) -> Iterator[Cause]:
    annotations = metadata.get("annotations") or {}
    size = sum(len(key) + len(str(value)) for key, value in annotations.items())
    if size > 262144:
        yield cause(
            "metadata.annotations",
            "FieldValueTooLong",
            "Too long: may not be more than 262144 bytes",
        )
