"""A kubeconfig that cannot be used is refused in one sentence that repeats none of its secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kit.errors import UsageError
from kit.kubeconfig import load

SECRET = "s3cr3t-t0ken"


def write(path: Path, **changes: object) -> Path:
    document: dict[str, object] = {
        "clusters": [{"name": "c", "cluster": {"server": "https://u:p@h.example:6443/x/"}}],
        "users": [{"name": "u", "user": {"token": SECRET}}],
        "contexts": [{"name": "lab", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "lab",
    }
    path.write_text(yaml.safe_dump(document | changes))
    return path


def test_a_good_one_names_its_target(tmp_path: Path) -> None:
    target = load(write(tmp_path / "k"))
    assert (target.context, target.server, target.speed) == ("lab", "https://h.example:6443/x", 1.0)


def test_a_cluster_may_run_fast(tmp_path: Path) -> None:
    clock = [{"name": "clock", "extension": {"speed": 60}}]
    cluster = {"server": "https://h:1", "extensions": clock}
    path = write(tmp_path / "k", clusters=[{"name": "c", "cluster": cluster}])
    assert load(path).speed == 60.0


def refusal(path: Path, context: str | None = None) -> str:
    with pytest.raises(UsageError) as refused:
        load(path, context)
    told = str(refused.value)
    assert SECRET not in told
    assert "\n" not in told
    return told


def test_a_missing_file(tmp_path: Path) -> None:
    assert (
        refusal(tmp_path / "no") == f"There is no kubeconfig at {tmp_path}/no: check --kubeconfig."
    )


def test_a_directory(tmp_path: Path) -> None:
    assert "is a directory" in refusal(tmp_path)


def test_a_binary_file(tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(b"\xff\xfe\x00")
    assert "not a text file" in refusal(tmp_path / "k")


def test_a_broken_file_is_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "k").write_text(f"users:\n- token: {SECRET}\n  x: [")
    assert refusal(tmp_path / "k").endswith("is not valid YAML (line 3).")


@pytest.mark.parametrize("text", ["", "just words", "[]", "clusters: none"])
def test_what_is_no_kubeconfig(tmp_path: Path, text: str) -> None:
    (tmp_path / "k").write_text(text)
    assert "it lists no clusters" in refusal(tmp_path / "k")


def test_an_unknown_context_is_met_with_the_nearest(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "k"), "lap").endswith("did you mean 'lab'?.")


def test_an_unlike_context_is_met_with_all(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "k"), "production").endswith("it defines lab.")


def test_no_context_at_all(tmp_path: Path) -> None:
    path = write(tmp_path / "k", **{"current-context": ""})
    assert "choose one with --context (it defines lab)" in refusal(path)


@pytest.mark.parametrize("text", ["[{token: canary}]", "{a: b}", "7"])
def test_a_current_context_that_is_no_text_is_told_and_not_shown(tmp_path: Path, text: str) -> None:
    (tmp_path / "k").write_text(f"clusters: []\ncurrent-context: {text}\n")
    told = refusal(tmp_path / "k")
    assert "is no text: choose one with --context (it defines none)" in told
    assert "canary" not in told


@pytest.mark.parametrize("part", ["clusters", "users"])
def test_a_context_that_leads_nowhere(tmp_path: Path, part: str) -> None:
    assert f"names a {part[:-1]} that" in refusal(write(tmp_path / "k", **{part: []}))


def test_a_cluster_without_server(tmp_path: Path) -> None:
    path = write(tmp_path / "k", clusters=[{"name": "c", "cluster": {}}])
    assert "has no usable server URL" in refusal(path)
