"""A run of the updater against an API server: what it writes, and what it says."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from selftest.updater_stage import (
    HOME,
    LISTS,
    TOKEN,
    FakeApi,
    account,
    environment,
    list_file,
    serving,
)

import updater  # isort: skip

WINTER, APRIL = "2026-01-07", "2026-04-12"
RULES = 249 + 84 + 2  # IPv4, IPv6, and the two that allow the rest
Run = Callable[..., int]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def api(authority: trustme.CA) -> Iterator[FakeApi]:
    with serving(authority) as started:
        yield started


@pytest.fixture
def run(
    api: FakeApi, authority: trustme.CA, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Run:
    caplog.set_level("INFO")
    directory = account(tmp_path, authority)

    def once(date: str = APRIL, **others: str) -> int:
        caplog.clear()
        code = updater.main(environment(api.url, directory, date, **others))
        assert TOKEN not in caplog.text
        return code

    return once


def test_the_first_run_denies_the_exact_difference_and_allows_the_rest(
    run: Run, api: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    assert run() == 0
    rules = api.rules("restricted")
    assert len(rules) == RULES
    assert rules[-2:] == ["Allow 0.0.0.0/0", "Allow ::/0"]
    assert {rule.split()[0] for rule in rules[:-2]} == {"Deny"}
    assert f"{RULES} rules added, 0 removed, {RULES} in all" in caplog.text
    assert "to deny: 5,511,808 IPv4 addresses" in caplog.text


def test_it_applies_as_its_own_field_manager_with_the_mounted_token(run: Run, api: FakeApi) -> None:
    assert run() == 0
    ((path, headers),) = [(path, heads) for verb, path, heads in api.requests if verb == "PATCH"]
    assert path == (
        "/apis/k8s.ovn.org/v1/namespaces/restricted/egressfirewalls/default"
        "?fieldManager=egress-firewall-updater&force=true"
    )
    assert headers["Content-Type"] == "application/apply-patch+yaml"
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_the_second_run_writes_nothing(
    run: Run, api: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    assert (run(), run()) == (0, 0)
    assert len(api.writes()) == 1
    assert f"restricted: unchanged, {RULES} rules" in caplog.text


def test_a_list_that_moved_is_followed_and_the_log_says_how(
    run: Run, api: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    assert run(WINTER) == 0
    before = set(api.rules("restricted"))
    assert run(APRIL) == 0
    after = set(api.rules("restricted"))
    assert f"{len(after - before)} rules added, {len(before - after)} removed" in caplog.text
    assert f"restricted: + {min(after - before)}" in caplog.messages
    assert f"restricted: - {min(before - after)}" in caplog.messages


def test_a_list_that_grows_elsewhere_is_noted_for_the_next_comparison(
    run: Run, api: FakeApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert run() == 0
    cloud = json.loads((LISTS / f"cloud-{APRIL}.json").read_bytes())["prefixes"]
    texts = [entry.get("ipv4Prefix") or entry["ipv6Prefix"] for entry in cloud]
    assert run(CLOUD_URL=list_file(tmp_path, "cloud.json", [*texts, "203.0.113.0/24"])) == 0
    noted = api.firewalls["restricted"]["metadata"]["annotations"]
    assert noted["egress-firewall-updater/cloud"] == "911"
    assert "restricted: only order or annotations change" in caplog.messages


def test_networks_of_our_own_come_first_allowed_before_denied(run: Run, api: FakeApi) -> None:
    own = {"EXTRA_ALLOW": "192.0.2.0/25", "EXTRA_DENY": "192.0.2.0/24, 2001:db8::/32"}
    assert run(**own) == 0
    rules = api.rules("restricted")
    assert rules[:3] == ["Allow 192.0.2.0/25", "Deny 192.0.2.0/24", "Deny 2001:db8::/32"]
    assert len(rules) == RULES + 3


def test_networks_of_our_own_do_not_count_as_a_changed_list(run: Run, api: FakeApi) -> None:
    assert run() == 0
    assert run(EXTRA_DENY="16.0.0.0/4") == 0
    assert run() == 0
    assert len(api.writes()) == 3


def test_rules_edited_by_hand_are_put_back(run: Run, api: FakeApi) -> None:
    assert run() == 0
    wanted = api.rules("restricted")
    egress = api.firewalls["restricted"]["spec"]["egress"]
    egress[0] = {"type": "Allow", "to": {"dnsName": "example.org"}, "ports": []}
    egress.insert(1, {"type": "Deny", "to": {"cidrSelector": "no network"}})
    assert run() == 0
    assert api.rules("restricted") == wanted


def test_every_target_namespace_gets_the_list(run: Run, api: FakeApi) -> None:
    assert run(TARGET_NAMESPACES="restricted,second") == 0
    assert api.rules("second") == api.rules("restricted")
    assert len(api.rules("second")) == RULES


def test_one_namespace_that_refuses_does_not_stop_the_others(
    run: Run, api: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    api.refusals["first"] = (403, "egressfirewalls is forbidden")
    assert run(TARGET_NAMESPACES="first,restricted") == 8
    assert len(api.rules("restricted")) == RULES
    assert "first: reading the EgressFirewall of first failed with HTTP 403" in caplog.text


def test_the_pod_is_warned_off_the_namespace_that_it_blocks(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    assert run(TARGET_NAMESPACES="updater-home") == 0
    assert "this pod runs in updater-home and may block its own downloads" in caplog.text


def program(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", str(HOME / "updater.py")],
        env=environ,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_the_program_as_a_pod_runs_it(api: FakeApi, authority: trustme.CA, tmp_path: Path) -> None:
    told = environment(api.url, account(tmp_path, authority), APRIL)
    done = program(told)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "done: every namespace holds the list"
    assert TOKEN not in done.stdout
    assert len(api.rules("restricted")) == RULES


def test_the_program_ends_with_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    told = environment("https://127.0.0.1:9", account(tmp_path, trustme.CA()), APRIL)
    done = program(told)
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout.splitlines()[-1].startswith("failed (API_UNREACHABLE, exit code 7): ")


def test_the_program_obeys_when_it_is_told_to_stop(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/goog.json"
        told = environment("https://127.0.0.1:9", account(tmp_path, trustme.CA()), APRIL)
        command = [sys.executable, "-B", str(HOME / "updater.py")]
        with subprocess.Popen(
            command, env={**told, "GOOG_URL": url}, stdout=subprocess.PIPE, text=True
        ) as started:
            silent.settimeout(10)
            asking, _ = silent.accept()
            started.send_signal(signal.SIGTERM)
            said, _ = started.communicate(timeout=10)
            asking.close()
    assert (started.returncode, said) == (143, "failed (stopped from outside, exit code 143)\n")
