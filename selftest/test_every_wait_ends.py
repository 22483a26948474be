"""Every wait of the suite has an end: read from the sources, so that the next one has it too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for folder in ("kit", "fixtures", "steps") for path in (ROOT / folder).rglob("*.py")
)
HTTP = {"get", "post", "put", "request", "urlopen"}
CLIENTS = {"requests", "session", "pool_manager", "urllib"}
LOOPS = {
    "fixtures/beginning.py": "_borrow: patience, and the run's deadline",
    "kit/health/counters.py": "_of: Attempts are counted",
    "kit/wait.py": "steadily: ends at its own end, or with the run's deadline",
    "kit/connection.py": "ask: Attempts are counted",
    "kit/creating.py": "create_once: Attempts are counted",
    "kit/loki/calls.py": "data: Attempts are counted",
    "kit/listing.py": "_pages: a list has an end",
}
"""Where `while True` may stand, and what ends it."""


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def endless(path: Path) -> Iterator[str]:
    """Calls that may wait for ever."""
    for call, name in calls(path):
        keywords = {keyword.arg for keyword in call.keywords}
        owner, _, method = name.rpartition(".")
        if name == "time.sleep" and path.name != "wait.py":
            yield f"line {call.lineno}: {name} outside kit/wait.py"
        if method in HTTP and owner.split(".")[-1] in CLIENTS and "timeout" not in keywords:
            yield f"line {call.lineno}: {name} without a timeout"
        if method in ("join", "wait", "acquire", "result", "communicate") and not (
            call.args or "timeout" in keywords
        ):
            yield f"line {call.lineno}: {name} without a timeout"
        if name.startswith("subprocess.") and "timeout" not in keywords:
            yield f"line {call.lineno}: {name} without a timeout"
        if name == "FileLock" and "timeout" not in keywords and path.name != "locks.py":
            yield f"line {call.lineno}: a lock without a timeout"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_waits_for_ever(path: Path):
    assert list(endless(path)) == []


def test_a_loop_without_a_condition_says_what_ends_it():
    found = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant)
    }
    assert found <= LOOPS.keys()


@pytest.mark.parametrize(
    "source",
    [
        "time.sleep(1)",
        "requests.get('http://x')",
        "self.session.get('http://x')",
        "thread.join()",
        "event.wait()",
        "subprocess.run(['x'])",
        "FileLock('x')",
    ],
)
def test_what_has_no_end_is_found(tmp_path: Path, source: str):
    path = tmp_path / "module.py"
    path.write_text(source)
    assert len(list(endless(path))) == 1
