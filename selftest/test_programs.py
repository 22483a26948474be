"""External programs: found, limited, recorded, and explained when they fail."""

from __future__ import annotations

import pytest

from kit.errors import UsageError
from kit.programs import Failed, Programs


@pytest.fixture
def programs(tmp_path):
    def add(name: str, script: str) -> None:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    found = Programs({"PATH": f"{tmp_path}:/usr/bin:/bin"})
    found.add = add  # type: ignore[attr-defined]
    return found


def test_an_answer_is_kept_with_its_call(programs):
    programs.add("helm", 'echo "[{}]"; echo warning >&2')
    ran = programs.run("helm", "list", "--all")
    assert (ran.code, ran.json()) == (0, [{}])
    assert programs.told().startswith("$ helm list --all  (exit 0, ")
    assert "warning" in programs.told()


def test_a_failure_says_the_last_words(programs):
    programs.add("kind", "printf 'one\\ntwo\\nthree\\nfour\\n' >&2; exit 3")
    with pytest.raises(Failed, match=r"`kind create cluster` failed: two three four") as failed:
        programs.run("kind", "create", "cluster", "--name", "x")
    assert failed.value.ran.code == 3


def test_a_program_that_hangs_is_ended(programs):
    programs.add("kubectl", "echo waiting; exec sleep 20")
    with pytest.raises(Failed, match=r"did not end within 0 s"):
        programs.run("kubectl", "wait", within=0.1)
    assert programs.record[0].code is None


def test_a_failure_may_be_asked_for(programs):
    programs.add("kubectl", "exit 1")
    assert programs.run("kubectl", "taint", check=False).code == 1


def test_what_is_missing_is_named_with_a_way_to_get_it(programs):
    with pytest.raises(UsageError, match="kind and helm cannot be found on the PATH: install kind"):
        programs.require("kind", "helm", "sh")
    with pytest.raises(UsageError, match="podman cannot be found"):
        programs.run("podman", "info")


def test_an_answer_that_is_no_json_is_a_failure(programs):
    programs.add("helm", "echo no")
    with pytest.raises(Failed, match="`helm` did not answer in JSON: no"):
        programs.run("helm", "list").json()


def test_a_program_that_cannot_be_started_is_a_failure(programs, tmp_path):
    (tmp_path / "docker").write_text("#!/nowhere/at/all\n")
    (tmp_path / "docker").chmod(0o755)
    with pytest.raises(Failed, match="cannot be started"):
        programs.run("docker", "info")


def test_secrets_do_not_reach_the_record(programs):
    programs.add("helm", "echo 'Authorization: Bearer abcdefghijklmnop'")
    programs.run("helm", "list")
    assert "abcdefghijklmnop" not in programs.told()
