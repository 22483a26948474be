"""A list that is not whole is refused with a sentence, before anything is computed from it."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from selftest.updater_stage import LISTS, WRONG_CLOCKS, issued  # makes the updater importable

import lists  # isort: skip
import settings  # isort: skip

WHOLE = (LISTS / "goog-2026-04-12.json").read_bytes()
BASE = {"TARGET_NAMESPACES": "a", "API_URL": "https://api", "RETRY_SECONDS": "0"}


def one(**entry: object) -> bytes:
    return json.dumps({"prefixes": [entry]}).encode()


@pytest.mark.parametrize(
    "body, said",
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (WHOLE[: len(WHOLE) // 2], "cut short or is not JSON"),
        (b"<html>busy</html>", "cut short or is not JSON"),
        (b"\xff\xfe\x00", "cut short or is not JSON"),
        (b"[" * 100_000, "cut short or is not JSON"),
        (b"null", "no list of prefixes"),
        (b'{"prefixes": 3}', "no list of prefixes"),
        (b'{"prefixes": ["8.8.8.0/24"]}', "exactly one prefix"),
        (b'{"prefixes": [7]}', "no list of prefixes"),
        (b'{"ranges": []}', "no list of prefixes"),
        (b'{"prefixes": []}', "has 0 entries, and fewer than 1"),
        (one(scope="us"), "exactly one prefix"),
        (one(ipv4Prefix="8.8.8.0/24", ipv6Prefix="2600::/32"), "exactly one prefix"),
        (one(ipv4Prefix="8.8.8.8/24"), "has host bits set"),
        (one(ipv4Prefix="8.8.8.8"), "not an address, a slash"),
        (one(ipv4Prefix="2600::/32"), "is no ipv4Prefix"),
        (one(ipv4Prefix=134744064), "is no ipv4Prefix"),
        (one(ipv4Prefix="0.0.0.0/0"), "too wide to be believed"),
        (one(ipv6Prefix="::/0"), "too wide to be believed"),
        (one(ipv4Prefix="9" * 100_000), "Expected 4 octets"),
        (one(ipv4Prefix="8.8.8.0/\x1b[2J"), "is not a valid netmask"),
    ],
)
def test_a_list_that_is_not_whole_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(settings.Problem, match=said) as caught:
        lists.read("goog.json", body, floor=1)
    assert caught.value.code == settings.Exit.BAD_LIST
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_a_list_at_the_floor_is_taken_and_one_below_it_is_not() -> None:
    assert lists.read("goog.json", WHOLE, floor=111).entries == 111
    with pytest.raises(settings.Problem, match="111 entries, and fewer than 112"):
        lists.read("goog.json", WHOLE, floor=112)


class Host(ThreadingHTTPServer):
    """Serves one body, or troubles first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.troubles: list[int] = []
        self.announced = len(WHOLE)
        self.asked = 0
        self.moved_to = ""
        self.pause = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/goog.json"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, as one that distrusts the certificate does, is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked += 1
        code = self.server.troubles.pop(0) if self.server.troubles else 200
        self.send_response(302 if self.server.moved_to else code)
        self.send_header("Location", self.server.moved_to)
        self.send_header("Content-Length", str(self.server.announced))
        self.end_headers()
        pieces = [WHOLE] if not self.server.pause else [b"[" for _ in range(10)]
        for piece in pieces:
            self.wfile.write(piece)
            time.sleep(self.server.pause)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as started:
        yield started


@contextmanager
def serving(authority: trustme.CA | None = None, ahead: timedelta = timedelta()) -> Iterator[Host]:
    with Host() as started:
        if authority:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            issued(authority, ahead).configure_cert(tls)
            started.socket = tls.wrap_socket(started.socket, server_side=True)
        threading.Thread(target=started.serve_forever, args=(0.01,), daemon=True).start()
        yield started
        started.shutdown()


def fetch(url: str, **others: str) -> lists.PublishedList:
    told = settings.read({**BASE, "ALLOW_PLAIN_LISTS": "true", **others})
    return lists.fetch(url, 1, told)


def test_a_trouble_that_passes_is_waited_out(host: Host) -> None:
    host.troubles = [503, 429]
    assert fetch(host.url).entries == 111
    assert host.asked == 3


def test_attempts_are_bounded(host: Host) -> None:
    host.troubles = [503] * 9
    with pytest.raises(settings.Problem, match="HTTP 503") as caught:
        fetch(host.url, ATTEMPTS="4")
    assert (host.asked, caught.value.code) == (4, settings.Exit.DOWNLOAD)


def test_a_list_that_is_not_there_is_not_asked_for_twice(host: Host) -> None:
    host.troubles = [404]
    with pytest.raises(settings.Problem, match="HTTP 404"):
        fetch(host.url)
    assert host.asked == 1


def test_a_download_that_breaks_off_is_refused(host: Host) -> None:
    host.announced = len(WHOLE) + 1
    with pytest.raises(settings.Problem, match="cannot be downloaded") as caught:
        fetch(host.url)
    assert caught.value.code == settings.Exit.DOWNLOAD


def test_a_list_without_end_is_refused(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LARGEST_BODY", 1000)
    with pytest.raises(settings.Problem, match="larger than 1000 bytes"):
        fetch(host.url)


def test_plain_http_and_files_must_be_allowed(host: Host, tmp_path: Path) -> None:
    for url in (host.url, (tmp_path / "goog.json").as_uri(), "ftp://host/goog.json"):
        with pytest.raises(settings.Problem, match="is not https") as caught:
            fetch(url, ALLOW_PLAIN_LISTS="false")
        assert caught.value.code == settings.Exit.SETTINGS
    assert host.asked == 0


def test_a_download_that_drips_is_given_up(host: Host) -> None:
    host.pause = 0.03  # shorter than the time allowed between two bytes
    with pytest.raises(settings.Problem, match=r"took longer than 0\.1 s"):
        fetch(host.url, TIMEOUT_SECONDS="0.1", ATTEMPTS="1")


def test_a_file_of_authorities_that_is_missing_is_named(host: Host) -> None:
    with pytest.raises(settings.Problem, match="/nowhere is not a readable CA") as caught:
        fetch(host.url, LISTS_CA_FILE="/nowhere")
    assert caught.value.code == settings.Exit.SETTINGS


@pytest.mark.parametrize("says, ahead", WRONG_CLOCKS.items())
def test_a_clock_that_is_wrong_is_seen_in_the_certificate(
    tmp_path: Path, says: str, ahead: timedelta
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.crt"))
    with serving(authority, ahead) as secure:
        url = secure.url.replace("http:", "https:")
        with pytest.raises(settings.Problem, match=says) as caught:
            fetch(url, LISTS_CA_FILE=str(tmp_path / "ca.crt"))
    assert caught.value.code == settings.Exit.DOWNLOAD


@pytest.mark.parametrize("url", ["https://me:s3cret@host/goog.json", "https://me@host:1/"])
def test_a_url_with_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(settings.Problem, match="user name or password") as caught:
        fetch(url)
    assert "s3cret" not in str(caught.value)
    assert caught.value.code == settings.Exit.SETTINGS


def test_a_redirect_to_another_kind_of_address_is_refused(host: Host) -> None:
    host.moved_to = "file:///etc/hostname"
    with pytest.raises(settings.Problem):
        fetch(host.url)


def test_a_file_that_is_missing_is_named() -> None:
    with pytest.raises(settings.Problem, match="No such file"):
        fetch("file:///nowhere/goog.json")


def test_https_is_checked_and_may_not_lead_to_plain_http(host: Host, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.crt"))
    trusting = {"ALLOW_PLAIN_LISTS": "false", "LISTS_CA_FILE": str(tmp_path / "ca.crt")}
    with serving(authority) as secure:
        url = secure.url.replace("http:", "https:")
        assert fetch(url, **trusting).entries == 111
        with pytest.raises(settings.Problem, match="certificate verify failed"):
            fetch(url)
        for moved_to in (host.url, "ftp://127.0.0.1/goog.json"):
            secure.moved_to = moved_to
            with pytest.raises(settings.Problem, match=f"redirected, and {moved_to} is not") as no:
                fetch(url, **trusting)
            assert no.value.code == settings.Exit.DOWNLOAD
            assert str(no.value).startswith(f"{url} cannot be downloaded")
    assert host.asked == 0


def test_a_redirect_with_a_password_is_not_repeated(host: Host) -> None:
    host.moved_to = "http://me:s3cret@127.0.0.1/goog.json"
    with pytest.raises(settings.Problem, match="user name or password") as caught:
        fetch(host.url)
    assert "s3cret" not in str(caught.value)
