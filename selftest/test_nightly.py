"""A night in a pod: arguments, folders, exit codes, and the page about it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT, SUMMARY = ROOT / "ci" / "nightly.sh", ROOT / "ci" / "summary.py"
FAKE = """#!/bin/sh
# Stands for the suite: says what it was asked, and ends as it is told.
case "$2" in
pytest) echo "$@" >"$RESULTS/asked"; exit "${ENDING:-0}" ;;
*) exec {python} "$@" ;;
esac
"""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    fake = folder / "python3"
    fake.write_text(FAKE.replace("{python}", sys.executable))
    fake.chmod(fake.stat().st_mode | stat.S_IEXEC)
    return folder


def night(results: Path, programs: Path, **more: str) -> subprocess.CompletedProcess[str]:
    path = f"{programs}:{os.environ['PATH']}"
    environment = {"PATH": path, "RESULTS": str(results), "KUBECONFIG": "/x/config"} | more
    return subprocess.run(
        [SCRIPT, "-n", "4"], capture_output=True, text=True, check=False, env=environment
    )


@pytest.mark.parametrize("code", ["0", "1", "10", "11"])
def test_the_exit_code_is_the_suites_own(tmp_path: Path, programs: Path, code: str) -> None:
    done = night(tmp_path / "r", programs, ENDING=code)
    assert done.returncode == int(code)
    assert (tmp_path / "r" / "exit-code").read_text().strip() == code
    assert (tmp_path / "r" / "latest" / "exit-code").read_text().strip() == code


def test_the_arguments_reach_the_suite_with_its_memory(tmp_path: Path, programs: Path) -> None:
    night(tmp_path, programs)
    asked = (tmp_path / "asked").read_text()
    assert "--kubeconfig /x/config" in asked
    assert f"--history {tmp_path}/history/costs.jsonl -n 4" in asked


def test_an_earlier_nights_code_is_not_taken_for_tonights(tmp_path: Path, programs: Path) -> None:
    (tmp_path / "exit-code").write_text("0\n")
    assert night(tmp_path, programs, KUBECONFIG="").returncode == 4
    assert not (tmp_path / "exit-code").exists()


def test_without_an_account_it_says_what_to_do(tmp_path: Path, programs: Path) -> None:
    done = night(tmp_path, programs, KUBECONFIG="")
    assert done.stderr.strip() == (
        "There is no service account token in this pod: let it mount one, or set KUBECONFIG."
    )


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, programs: Path) -> None:
    (tmp_path / "file").write_text("")
    done = night(tmp_path / "file", programs)
    assert done.returncode == 3
    assert "cannot be written: mount a volume there" in done.stderr


def told(folder: Path, **more: object) -> str:
    scenario = {"scenario": "A <b> `c`", "verdict": "failed", "reason": "no\nflow"}
    feature = {"feature": "F", "scenarios": [scenario, {"scenario": "B", "verdict": "passed"}]}
    run = {"exitCode": 1, "seconds": 90, "started": "2026", "reproduce": "python -m pytest"}
    counts = {"passed": 1, "failed": 1, "skipped": 0, "inconclusive": 0}
    report = {"verdict": "not conformant", "run": run, "statistics": counts, "features": [feature]}
    (folder / "conformance.json").write_text(json.dumps(report | more))
    command = [sys.executable, str(SUMMARY), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_page_tells_the_verdict_and_what_is_red(tmp_path: Path) -> None:
    page = told(tmp_path)
    assert page.startswith("## Not conformant: 1 passed, 1 failed\n")
    assert "- **F**: A &lt;b> 'c': no flow\n" in page
    assert "Again: `python -m pytest`" in page


def test_the_page_tells_news_left_overs_and_quarantine(tmp_path: Path) -> None:
    changes = [{"what": "fixed", "scenario": "B", "told": "it was failed"}]
    more = {"nights": {"compared": 3, "changes": changes}, "leftOvers": ["namespace x"]}
    page = told(tmp_path, quarantined={"A <b> `c`": "until"}, **more)
    assert "- **fixed**: B (it was failed)" in page
    assert "- namespace x" in page
    assert "(quarantined)" in page


def test_without_a_report_it_says_so(tmp_path: Path) -> None:
    command = [sys.executable, str(SUMMARY), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "there is no report of a run in" in done.stderr
