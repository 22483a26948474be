"""Google's published lists: downloaded within bounds, and believed only if they look whole."""

from __future__ import annotations

import json
import logging
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from prefixes import AddressSet, bounds
from settings import Exit, Problem, Settings, names_a_user
from tls import trusting

LARGEST_BODY = 16 * 1024 * 1024
WIDEST = {"ipv4Prefix": 1 << 24, "ipv6Prefix": 1 << (128 - 20)}
"""No entry is wider than a /8 or a /20: one that is would be a costly mistake."""


@dataclass(frozen=True)
class PublishedList:
    """One list as it was read: how many entries, and which addresses they hold."""

    entries: int
    addresses: AddressSet


def fetch(url: str, floor: int, settings: Settings) -> PublishedList:
    """Download one list and read it; Problem if it cannot be had or cannot be believed."""
    started = time.monotonic()
    found = read(url, _download(url, settings), floor)
    logging.info("%s: %d entries in %.1f s", url, found.entries, time.monotonic() - started)
    return found


def read(url: str, body: bytes, floor: int) -> PublishedList:
    """The list in this body, which must have at least `floor` entries."""
    if not body.strip():
        raise _bad(url, "is empty")
    try:
        entries = json.loads(body)["prefixes"]
        networks = [_network(entry) for entry in entries]
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise _bad(url, "is cut short or is not JSON") from None
    except (KeyError, TypeError):
        raise _bad(url, "has no list of prefixes in the form that Google publishes") from None
    except ValueError as error:
        raise _bad(url, f"has an entry that cannot be used ({_shown(error)})") from None
    if len(networks) < floor:
        raise _bad(url, f"has {len(networks)} entries, and fewer than {floor} are not believed")
    return PublishedList(len(networks), AddressSet.of(networks))


def _network(entry: dict[str, Any]) -> str:
    """The entry's one prefix; anything odd is refused, since a skipped entry changes the result."""
    keys = [key for key in WIDEST if key in entry]
    if len(keys) != 1:
        raise ValueError(f"{json.dumps(entry)[:80]} has not exactly one prefix")
    key, text = keys[0], entry[keys[0]]
    if not isinstance(text, str) or (":" in text) != (key == "ipv6Prefix"):
        raise ValueError(f"{json.dumps(text)[:80]} is no {key}")
    start, end = bounds(text)
    if end - start > WIDEST[key]:
        raise ValueError(f"{text} is too wide to be believed")
    return text


def _download(url: str, settings: Settings) -> bytes:
    if objection := _objection(url, settings):
        raise Problem(Exit.SETTINGS, objection)
    for attempt in range(1, settings.attempts + 1):
        try:
            return _download_once(url, settings)
        except (OSError, HTTPException, ValueError) as error:
            reason = _reason(error)
            if attempt == settings.attempts or _is_final(error):
                break
        logging.info("%s: %s; trying again", url, reason)
        time.sleep(settings.retry_pause * attempt)
    raise _unavailable(url, reason)


def _download_once(url: str, settings: Settings) -> bytes:
    secure = HTTPSHandler(context=trusting(settings.lists_ca_file))
    opener = build_opener(secure, _Redirects(settings))
    opener.addheaders = [("User-Agent", "egress-firewall-updater"), ("Cache-Control", "no-cache")]
    deadline = time.monotonic() + settings.timeout
    body = bytearray()
    with opener.open(url, timeout=settings.timeout) as reply:
        while chunk := getattr(reply, "read1", reply.read)(65536):
            body += chunk
            if len(body) > LARGEST_BODY:
                raise ValueError(f"it is larger than {LARGEST_BODY} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError(f"it took longer than {settings.timeout:g} s")
        announced = reply.headers.get("Content-Length")
    if announced is not None and int(announced) != len(body):
        raise ValueError(f"{len(body)} of {announced} bytes arrived")
    return bytes(body)


class _Redirects(HTTPRedirectHandler):
    """Asks nobody whom the settings would not have asked."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def redirect_request(self, req: Request, *told: Any) -> Request | None:
        """The last of what is told is the new address."""
        if objection := _objection(told[-1], self._settings):
            raise _unavailable(req.full_url, f"it is redirected, and {objection}")
        return super().redirect_request(req, *told)


def _objection(url: str, settings: Settings) -> str:
    """Why this address is not asked; empty if it may be."""
    if names_a_user(url):
        why = "a list's URL holds a user name or password, and URLs are written to the log"
        return f"{why}: leave them out"
    scheme = url.partition(":")[0].lower()
    if scheme == "https" or (settings.plain_lists and scheme in ("http", "file")):
        return ""
    return f"{_shown(url)} is not https: http and file lists need ALLOW_PLAIN_LISTS=true"


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"HTTP {error.code}"
    cause = getattr(error, "reason", error)
    return _shown(cause) or type(cause).__name__


def _is_final(error: Exception) -> bool:
    """Whether another attempt is pointless: a wrong address, a wrong certificate."""
    if isinstance(error, HTTPError):
        return error.code < 500 and error.code not in (408, 429)
    cause = getattr(error, "reason", error)
    return isinstance(cause, ssl.SSLCertVerificationError | FileNotFoundError)


def _shown(said: object) -> str:
    """What others have said, fit for one line of a log."""
    return "".join(filter(str.isprintable, " ".join(str(said).split())))[:200]


def _unavailable(url: str, why: str) -> Problem:
    return Problem(Exit.DOWNLOAD, f"{url} cannot be downloaded ({why}): nothing was changed")


def _bad(url: str, what: str) -> Problem:
    return Problem(Exit.BAD_LIST, f"{url} {what}: the rules in force were left as they are")
