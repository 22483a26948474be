"""What the updater is told by its environment, and the ways in which a run can end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from urllib.parse import urlsplit

import prefixes

ACCOUNT_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount"
MOST_RULES = 8000
"""Of one EgressFirewall. Source: ovn-kubernetes go-controller/pkg/ovn/egressfirewall.go."""


class Exit(IntEnum):
    """The exit codes; only CHANGED_OR_EQUAL (0) means that every namespace holds the list."""

    CHANGED_OR_EQUAL = 0
    UNEXPECTED = 1
    SETTINGS = 2
    DOWNLOAD = 3
    BAD_LIST = 4
    TOO_MUCH_CHANGE = 5
    TOO_MANY_RULES = 6
    API_UNREACHABLE = 7
    API_REFUSED = 8
    NOT_STORED = 9
    NOT_APPLIED = 10
    NOT_CONFIRMED = 11


class Problem(Exception):
    """Why the run ends: an exit code and one sentence for the log."""

    def __init__(self, code: Exit, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Settings:
    """The environment, read and checked; README.md has the table."""

    namespaces: tuple[str, ...]
    goog_url: str
    cloud_url: str
    plain_lists: bool
    lists_ca_file: Path | None
    allowed: tuple[str, ...]
    denied: tuple[str, ...]
    min_goog: int
    min_cloud: int
    max_shrink_percent: float
    max_change_percent: float
    max_rules: int
    timeout: float
    attempts: int
    retry_pause: float
    status_wait: float
    status_settle: float
    api_url: str
    account: Path


def read(environ: Mapping[str, str]) -> Settings:
    """The settings, with an unset or empty variable meaning its default."""
    told = _Told({name: value.strip() for name, value in environ.items() if value.strip()})
    lists_ca_file = told.get("LISTS_CA_FILE")
    return Settings(
        namespaces=told.namespaces("TARGET_NAMESPACES"),
        goog_url=told.get("GOOG_URL") or "https://www.gstatic.com/ipranges/goog.json",
        cloud_url=told.get("CLOUD_URL") or "https://www.gstatic.com/ipranges/cloud.json",
        plain_lists=told.switch("ALLOW_PLAIN_LISTS"),
        lists_ca_file=Path(lists_ca_file) if lists_ca_file else None,
        allowed=told.networks("EXTRA_ALLOW"),
        denied=told.networks("EXTRA_DENY"),
        min_goog=told.count("MIN_GOOG_PREFIXES", 60),
        min_cloud=told.count("MIN_CLOUD_PREFIXES", 500),
        max_shrink_percent=told.number("MAX_SHRINK_PERCENT", 20),
        max_change_percent=told.number("MAX_CHANGE_PERCENT", 30),
        max_rules=told.count("MAX_RULES", MOST_RULES, most=MOST_RULES),
        timeout=told.number("TIMEOUT_SECONDS", 20, above=0),
        attempts=told.count("ATTEMPTS", 3),
        retry_pause=told.number("RETRY_SECONDS", 2),
        status_wait=told.number("STATUS_WAIT_SECONDS", 30),
        status_settle=told.number("STATUS_SETTLE_SECONDS", 5),
        api_url=told.api_url(),
        account=Path(told.get("SERVICE_ACCOUNT_DIR") or ACCOUNT_DIRECTORY),
    )


@dataclass(frozen=True)
class _Told:
    """The environment, with one method for each shape of value."""

    values: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.get(name).replace(",", " ").split()))

    def number(self, name: str, default: float, above: float | None = None) -> float:
        text = self.get(name) or str(default)
        if not re.fullmatch(r"\d{1,9}(\.\d+)?", text) or (
            above is not None and float(text) <= above
        ):
            wanted = f"more than {above:g}" if above is not None else "not negative"
            raise _unusable(name, text, f"a plain number, {wanted}")
        return float(text)

    def count(self, name: str, default: int, most: int | None = None) -> int:
        text = self.get(name) or str(default)
        if not re.fullmatch(r"[1-9]\d{0,8}", text) or (most is not None and int(text) > most):
            wanted = "at least 1" if most is None else f"from 1 to {most}"
            raise _unusable(name, text, f"a whole number, {wanted}")
        return int(text)

    def switch(self, name: str) -> bool:
        text = self.get(name).lower() or "false"
        if text not in ("true", "false"):
            raise _unusable(name, text, "true or false")
        return text == "true"

    def namespaces(self, name: str) -> tuple[str, ...]:
        found = self.words(name)
        if not found:
            raise Problem(Exit.SETTINGS, f"{name} is empty: name at least one namespace to protect")
        for text in found:
            if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", text):
                raise _unusable(name, text, "a list of namespace names")
        return found

    def networks(self, name: str) -> tuple[str, ...]:
        found = self.words(name)
        for text in found:
            try:
                prefixes.bounds(text)
            except ValueError:
                wanted = "a list of networks such as 192.0.2.0/24, without host bits"
                raise _unusable(name, text, wanted) from None
        return found

    def api_url(self) -> str:
        host = self.get("KUBERNETES_SERVICE_HOST")
        port = self.get("KUBERNETES_SERVICE_PORT") or "443"
        inside = f"https://{f'[{host}]' if ':' in host else host}:{port}" if host else ""
        url = self.get("API_URL") or inside
        if not url:
            raise Problem(Exit.SETTINGS, "no API server is known: run in a pod or set API_URL")
        if names_a_user(url):
            raise Problem(Exit.SETTINGS, "API_URL holds a user name or password: leave them out")
        if not _is_https(url):
            raise _unusable("API_URL", url, "an https URL with a host")
        return url.rstrip("/")


def names_a_user(url: str) -> bool:
    """Such a URL may hold a password, and must not be repeated."""
    return "@" in url.partition("://")[2].partition("/")[0]


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _unusable(name: str, text: str, wanted: str) -> Problem:
    return Problem(Exit.SETTINGS, f"{name} is {text!r}, but must be {wanted}")
