"""When the updater is in doubt nothing changes, and the exit code and one line say why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from selftest.updater_stage import (
    APPLIED,
    TOKEN,
    WRONG_CLOCKS,
    FakeApi,
    account,
    environment,
    list_file,
    serving,
)

import firewall  # isort: skip
import settings  # isort: skip
import updater  # isort: skip

APRIL, AUGUST = "2026-04-12", "2026-08-08"
BROKEN = "EgressFirewall Rules not correctly applied"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class Stage:
    """An API server that holds April's rules, and a way to run the updater on something else."""

    def __init__(self, api: FakeApi, home: Path, log: pytest.LogCaptureFixture) -> None:
        self.api, self.home, self.log = api, home, log

    def run(self, date: str = APRIL, **others: str) -> int:
        self.log.clear()
        told = environment(self.api.url, self.home, date, **others)
        code = updater.main(told)
        assert TOKEN not in self.log.text
        assert "Traceback" not in self.log.text
        return code

    def why(self) -> str:
        return self.log.messages[-1]

    def networks(self, name: str, *texts: str) -> str:
        return list_file(self.home, name, list(texts))


@pytest.fixture
def stage(
    authority: trustme.CA, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[Stage]:
    caplog.set_level("INFO")
    with serving(authority) as api:
        started = Stage(api, account(tmp_path, authority), caplog)
        assert started.run() == 0
        yield started


@pytest.mark.parametrize("which", ["GOOG_URL", "CLOUD_URL"])
@pytest.mark.parametrize("body", [b"", b'{"prefixes": [{"ipv4Prefix": "8.8', b"<html>"])
def test_a_broken_list_changes_nothing(stage: Stage, which: str, body: bytes) -> None:
    path = stage.home / "broken.json"
    path.write_bytes(body)
    assert stage.run(**{which: path.as_uri()}) == 4
    assert len(stage.api.writes()) == 1
    assert stage.why().startswith("failed (BAD_LIST, exit code 4): file://")


@pytest.mark.parametrize("which", ["GOOG_URL", "CLOUD_URL"])
def test_a_list_far_below_the_floor_changes_nothing(stage: Stage, which: str) -> None:
    assert stage.run(**{which: stage.networks("short.json", "8.8.8.0/24")}) == 4
    assert len(stage.api.writes()) == 1
    assert "has 1 entries" in stage.why()


def test_a_list_far_smaller_than_the_last_one_changes_nothing(stage: Stage) -> None:
    few = [f"34.0.{third}.0/24" for third in range(0, 256, 2)]  # 128 of 910
    told = {"CLOUD_URL": stage.networks("cloud.json", *few), "MIN_CLOUD_PREFIXES": "100"}
    assert stage.run(**told) == 5
    assert "cloud.json shrank from 910 to 128 entries" in stage.why()
    assert stage.run(**told, MAX_SHRINK_PERCENT="90", MAX_CHANGE_PERCENT="900") == 0
    assert len(stage.api.writes()) == 2


def test_lists_that_moved_too_far_change_nothing_until_told_otherwise(stage: Stage) -> None:
    before = stage.api.rules("restricted")
    assert stage.run(AUGUST) == 5
    assert stage.api.rules("restricted") == before
    assert "IPv4 addresses denied in restricted would change by" in stage.why()
    assert stage.run(AUGUST, MAX_CHANGE_PERCENT="100") == 0
    assert stage.api.rules("restricted") != before


def test_one_doubtful_namespace_keeps_all_from_being_written(stage: Stage) -> None:
    assert stage.run(AUGUST, TARGET_NAMESPACES="fresh,restricted") == 5
    assert "fresh" not in stage.api.firewalls


def test_nothing_left_to_deny_is_not_believed(stage: Stage) -> None:
    everything = stage.networks("one.json", "8.8.8.0/24", "2600::/32")
    told = {"GOOG_URL": everything, "CLOUD_URL": everything}
    assert stage.run(**told, MIN_GOOG_PREFIXES="1", MIN_CLOUD_PREFIXES="1") == 4
    assert "nothing would be denied" in stage.why()


@pytest.mark.parametrize("limit, code", [("335", 0), ("334", 6)])
def test_the_rule_limit_counts_every_rule(stage: Stage, limit: str, code: int) -> None:
    assert stage.run(MAX_RULES=limit) == code
    assert code == 0 or "335 rules are needed and MAX_RULES allows 334" in stage.why()


def test_troubles_of_the_api_server_that_pass_are_waited_out(stage: Stage) -> None:
    stage.api.stumbles = [503, 429]
    assert stage.run() == 0
    assert stage.log.messages.count("the API server: HTTP 503; trying again") == 1


def test_an_answer_that_ends_early_is_asked_for_again(stage: Stage) -> None:
    stage.api.cuts = 2
    assert stage.run() == 0
    told = "the API server: its answer is cut short or is not JSON; trying again"
    assert stage.log.messages.count(told) == 2
    stage.api.cuts = 9
    assert stage.run() == 7
    assert "cannot be used: its answer is cut short or is not JSON" in stage.why()


def test_a_lasting_trouble_is_reported_without_what_must_stay_secret(stage: Stage) -> None:
    stage.api.stumbles = [500] * 3
    assert stage.run() == 8
    assert "failed with HTTP 500 (stumbled over ***)" in stage.why()


@pytest.mark.parametrize(
    "code, advice",
    [
        (401, "token is not accepted"),
        (403, "Role and RoleBinding"),
        (409, "somebody else writes this EgressFirewall too"),
        (422, "(too bad)"),
    ],
)
def test_a_refusal_says_what_to_do(stage: Stage, code: int, advice: str) -> None:
    stage.api.refusals["restricted"] = (code, "too bad")
    assert stage.run() == 8
    assert advice in stage.why()


def test_an_api_server_with_another_certificate_never_sees_the_token(
    stage: Stage, tmp_path: Path
) -> None:
    asked = len(stage.api.requests)
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.crt"))
    assert stage.run() == 7
    assert "its certificate is not trusted" in stage.why()
    assert len(stage.api.requests) == asked


@pytest.mark.parametrize("says, ahead", WRONG_CLOCKS.items())
def test_a_clock_that_is_wrong_is_told_from_a_wrong_authority(
    authority: trustme.CA, stage: Stage, says: str, ahead: timedelta
) -> None:
    with serving(authority, ahead) as other:
        assert stage.run(API_URL=other.url) == 7
        assert other.requests == []
    assert f"its certificate is not trusted ({says})" in stage.why()


def test_a_token_that_goes_halfway_is_told_with_what_was_written(stage: Stage) -> None:
    """The one way in which exit code 2 does not mean that nothing was changed."""
    stage.api.at_patch = lambda: (stage.home / "token").write_text("")
    told = {"TARGET_NAMESPACES": "first,second"}
    assert stage.run(**told) == 2
    assert "token holds no usable service-account token" in stage.why()
    assert {"first", "second"} & {*stage.api.firewalls} == {"first"}
    assert any(line.startswith("first: ") for line in stage.log.messages)


def test_an_answer_that_is_no_firewall_is_not_taken_for_an_empty_one(stage: Stage) -> None:
    stage.api.refusals["restricted"] = (200, "a login page")
    assert stage.run() == 8
    assert "failed with HTTP 200 (a login page)" in stage.why()
    assert len(stage.api.writes()) == 1


@pytest.mark.parametrize("name, content", [("token", ""), ("token", "a b"), ("ca.crt", "no")])
def test_an_unusable_account_is_named(stage: Stage, name: str, content: str) -> None:
    (stage.home / name).write_text(content)
    assert stage.run() == 2
    assert name in stage.why()


def test_rules_stored_otherwise_than_applied_are_noticed(stage: Stage) -> None:
    stage.api.forgets_last_rule = True
    assert stage.run(EXTRA_DENY="192.0.2.0/24") == 9
    assert "holds 335 rules that differ from the 336" in stage.why()


def test_an_error_in_the_status_fails_the_run(stage: Stage) -> None:
    stage.api.statuses = [BROKEN]
    stage.api.messages = ["node-2: bad\nthing"]
    assert stage.run(EXTRA_DENY="192.0.2.0/24") == 10
    assert f"reports '{BROKEN}' (node-2: bad thing)" in stage.why()


@pytest.mark.parametrize(
    "found, waits, code",
    [
        ([BROKEN, BROKEN, APPLIED], {"STATUS_SETTLE_SECONDS": "0"}, 0),
        (["", "", APPLIED], {"STATUS_SETTLE_SECONDS": "0"}, 0),
        ([APPLIED, APPLIED, BROKEN], {"STATUS_SETTLE_SECONDS": "0.5"}, 10),
    ],
    ids=["error goes late", "status comes late", "error comes late"],
)
def test_a_status_is_watched_after_a_change(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    found: list[str],
    waits: dict[str, str],
    code: int,
) -> None:
    monkeypatch.setattr(updater, "POLL_SECONDS", 0.005)
    stage.api.statuses = [APPLIED, APPLIED, *found]  # read before, read back, then watched
    assert stage.run(EXTRA_DENY="192.0.2.0/24", STATUS_WAIT_SECONDS="0.6", **waits) == code


def test_a_status_that_stays_empty_is_not_taken_for_success(stage: Stage) -> None:
    stage.api.statuses = [""]
    assert stage.run() == 11
    assert "no status within 0.05 s" in stage.why()


def test_a_mistake_of_our_own_is_one_line(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firewall, "same", lambda *_: {}["gone"])
    assert stage.run() == settings.Exit.UNEXPECTED
    assert stage.why().startswith("failed (UNEXPECTED, exit code 1): KeyError at test_updater")
