"""The kubeconfig that names the target: read and checked before anybody connects.

Nothing of its contents is ever repeated in a message, except names of contexts and the server.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from catalog.upstream import CLOCK_EXTENSION
from kit.errors import UsageError
from kit.redact import remember

SECRET_KEYS = ("token", "password", "client-key-data", "value", "id-token", "refresh-token")
"""Of a user entry; `value` is that of an environment variable of an exec plugin."""


@dataclass(frozen=True)
class Target:
    """The cluster to test; `speed` is its seconds in one of ours. `read_only`: none may write."""

    kubeconfig: Path
    context: str | None
    speed: float
    server: str
    read_only: bool = False


def load(path: Path | str, context: str | None = None) -> Target:
    """The target that a kubeconfig names; UsageError says what is wrong with it."""
    file = Path(path).expanduser()
    document = _document(file)
    name = context or document.get("current-context")
    if not name:
        raise UsageError(
            f"The kubeconfig {file} has no current context: choose one with --context "
            f"({_known(document)})."
        )
    if not isinstance(name, str):
        raise UsageError(
            f"The current context of the kubeconfig {file} is no text: choose one with --context "
            f"({_known(document)})."
        )
    chosen = _named(document, "contexts", name)
    if chosen is None:
        raise UsageError(
            f"The kubeconfig {file} has no context {name!r}{_nearest(document, name)}."
        )
    cluster = _part(document, file, (name, chosen), "cluster")
    _hide(_part(document, file, (name, chosen), "user"))
    server = cluster.get("server")
    if not isinstance(server, str) or not _is_url(server):
        raise UsageError(f"The cluster of context {name!r} in {file} has no usable server URL.")
    return Target(file, name, _speed(cluster), _plain(server))


def _document(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"There is no kubeconfig at {file}: check --kubeconfig.") from None
    except IsADirectoryError:
        raise UsageError(f"{file} is a directory: --kubeconfig wants a file.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is no kubeconfig: it is not a text file.") from None
    except OSError as error:
        raise UsageError(f"The kubeconfig {file} cannot be read: {error.strerror}.") from None
    return _parsed(file, text)


def _parsed(file: Path, text: str) -> dict[str, Any]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise UsageError(f"The kubeconfig {file} is not valid YAML{where}.") from None
    if not isinstance(document, dict) or not isinstance(document.get("clusters"), list):
        raise UsageError(f"{file} is no kubeconfig: it lists no clusters.")
    return document


def _entries(document: dict[str, Any], plural: str) -> list[dict[str, Any]]:
    listed = document.get(plural)
    return [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []


def _named(document: dict[str, Any], plural: str, name: str) -> dict[str, Any] | None:
    for entry in _entries(document, plural):
        if entry.get("name") == name:
            found = entry.get(plural[:-1])
            return found if isinstance(found, dict) else {}
    return None


def _part(
    document: dict[str, Any], file: Path, context: tuple[str, dict[str, Any]], kind: str
) -> dict[str, Any]:
    name, chosen = context
    found = _named(document, f"{kind}s", str(chosen.get(kind)))
    if found is None:
        raise UsageError(
            f"Context {name!r} in {file} names a {kind} that the file does not define."
        )
    return found


def _hide(value: object) -> None:
    """Whatever a user entry holds, such as a token, is never written anywhere."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in SECRET_KEYS and isinstance(item, str):
                remember(item)
            else:
                _hide(item)
    elif isinstance(value, list):
        for item in value:
            _hide(item)


def _names(document: dict[str, Any]) -> list[str]:
    return [str(entry.get("name")) for entry in _entries(document, "contexts")]


def _known(document: dict[str, Any]) -> str:
    return f"it defines {', '.join(_names(document)) or 'none'}"


def _nearest(document: dict[str, Any], name: str) -> str:
    close = difflib.get_close_matches(name, _names(document), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; {_known(document)}"


def _speed(cluster: dict[str, Any]) -> float:
    extensions = cluster.get("extensions")
    for entry in extensions if isinstance(extensions, list) else ():
        if isinstance(entry, dict) and entry.get("name") == CLOCK_EXTENSION:
            extension = entry.get("extension")
            speed = extension.get("speed") if isinstance(extension, dict) else None
            return float(speed) if isinstance(speed, int | float) and speed > 0 else 1.0
    return 1.0


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname) and urlsplit(text).port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False


def _plain(server: str) -> str:
    """The URL without a user or password that somebody may have written into it."""
    parts = urlsplit(server)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{port}{parts.path.rstrip('/')}"
