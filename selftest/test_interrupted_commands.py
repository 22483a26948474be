"""Ctrl-C amid a command ends it with one sentence: what there is by then, and how to go on."""

from __future__ import annotations

import os
import signal

import pytest

from kit import __main__ as commands
from kit import installer
from kit.__main__ import main
from selftest.installing_stage import empty_cluster


@pytest.fixture
def scene(tmp_path):
    with empty_cluster(tmp_path) as found:
        yield found


def interrupted(scene, monkeypatch, number):
    """An installation that somebody ends after its first stage."""
    real = installer.installed

    def installed(cluster, waiting, wishes, charts, tell):
        def told(line):
            tell(line)
            if line == "the object store is ready":
                os.kill(os.getpid(), number)

        return real(cluster, waiting, wishes, charts, told)

    monkeypatch.setattr(installer, "installed", installed)
    # Workers of pytest-xdist pay no heed to Ctrl-C: a user's shell does.
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return main(["install", "--kubeconfig", str(scene.target.kubeconfig)])
    finally:
        signal.signal(signal.SIGINT, usual)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_installation_says_what_is_there_and_goes_on(scene, monkeypatch, capsys, number):
    before = signal.getsignal(signal.SIGTERM)
    assert interrupted(scene, monkeypatch, number) == 130
    *_, last = capsys.readouterr().err.splitlines()
    assert last.startswith("interrupted: of ours there is Namespace netobserv-object-store, ")
    assert last.endswith("to continue from there, or `make uninstall` takes it away")
    assert signal.getsignal(signal.SIGTERM) is before
    monkeypatch.undo()
    assert scene.install().startswith("installed: Namespace openshift-operators-redhat")


def test_a_cluster_that_is_gone_by_then_is_no_traceback(monkeypatch, capsys, tmp_path):
    def gone(_asked):
        raise KeyboardInterrupt

    monkeypatch.setattr(installer, "install", gone)
    file = tmp_path / "kubeconfig"
    assert main(["install", "--kubeconfig", str(file)]) == 130
    assert capsys.readouterr().err.startswith("interrupted: install again to continue")


@pytest.mark.parametrize(
    "words, told",
    [
        (["kind-up"], "interrupted: run it again to continue from there, or `make kind-down`"),
        (["cleanup", "--kubeconfig", "x"], "interrupted: run the same command again to continue"),
    ],
)
def test_every_other_command_says_how_to_go_on(monkeypatch, capsys, words, told):
    def end(*_asked, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(installer, "up", end)
    monkeypatch.setattr(commands, "_cluster", end)
    assert main(words) == 130
    assert capsys.readouterr().err.startswith(told)
