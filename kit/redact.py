"""What must never reach a file: tokens, passwords, keys, Secret values, kubeconfig credentials.

Everything that is written (attachments, Allure results, JUnit, terminal texts) passes `redacted`.
"""

from __future__ import annotations

import base64
import re

import yaml

HIDDEN = "<redacted>"
LIMIT = 1024 * 1024

_known: set[str] = set()

_CREDENTIAL_KEYS = (
    "token|access[-_]?token|refresh[-_]?token|id[-_]?token|password|passwd|client[-_]key[-_]data|"
    "client[-_]certificate[-_]data|certificate[-_]authority[-_]data|secret[-_]?access[-_]?key"
)
_PATTERNS = (
    (re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?(-----END \1-----|\Z)", re.S), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?"), HIDDEN),
    (re.compile(r"\bsha256~[\w-]{16,}"), HIDDEN),
    (re.compile(r"(\b[a-zA-Z][\w+.-]*://)[^\s/@\"']+@"), rf"\1{HIDDEN}@"),
    (
        re.compile(rf"(?i)([\"']?\b(?:{_CREDENTIAL_KEYS})[\"']?\s*[:=]\s*[\"']?)[^\s\"',}}&]+"),
        rf"\1{HIDDEN}",
    ),
)
_SECRET_KIND = re.compile(r"[\"']?kind[\"']?\s*:\s*[\"']?Secret(List)?\b")


def remember(secret: str) -> None:
    """Hide this very value from now on, plain or in base64, wherever it turns up."""
    if len(secret) >= 6:
        _known.add(secret)
        _known.add(base64.b64encode(secret.encode()).decode())


def redacted(text: str) -> str:
    """The text without anything that could open a door."""
    if _SECRET_KIND.search(text):
        text = _without_secret_values(text)
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redacted_tree(value: object) -> object:
    """The same for every text inside plain data, so that the shape of the data stays whole."""
    if isinstance(value, dict):
        return {key: redacted_tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted_tree(item) for item in value]
    return redacted(value) if isinstance(value, str) else value


def capped(text: str, limit: int = LIMIT) -> str:
    """The head and the tail of a text that is too long for a report, and how much is missing."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    half = (limit - 80) // 2
    head, tail = raw[:half].decode(errors="ignore"), raw[-half:].decode(errors="ignore")
    return f"{head}\n\n… {len(raw) - 2 * half} bytes left out here …\n\n{tail}"


def _without_secret_values(text: str) -> str:
    try:
        documents = [_blanked(document) for document in yaml.safe_load_all(text)]
    except yaml.YAMLError:
        return f"{HIDDEN}: this text speaks of a Secret and is not plain YAML or JSON"
    if not any(isinstance(document, dict | list) for document in documents):
        return f"{HIDDEN}: this text speaks of a Secret and is not plain YAML or JSON"
    return str(yaml.safe_dump_all(documents, sort_keys=False))


def _blanked(value: object) -> object:
    if isinstance(value, list):
        return [_blanked(item) for item in value]
    if not isinstance(value, dict):
        return HIDDEN if isinstance(value, str) and _SECRET_KIND.search(value) else value
    hidden = ("data", "stringData") if value.get("kind") == "Secret" else ()
    return {
        key: dict.fromkeys(item, HIDDEN)
        if key in hidden and isinstance(item, dict)
        else _blanked(item)
        for key, item in value.items()
    }
