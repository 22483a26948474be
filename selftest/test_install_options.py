"""The options of installing, mirrors and kind: what they mean, and what they refuse."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from shutil import rmtree

import pytest

from fixtures import install_options
from fixtures.install import read
from kit.__main__ import main
from kit.errors import UsageError
from kit.install.wishes import object_store
from selftest.kind_programs import put_on_path
from selftest.kind_programs import read as world
from simulation import Simulation

ROOT = Path(__file__).parents[1]
KEYS = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "hush-hush"}
URL = "https://s3.example.com"


@pytest.mark.parametrize(
    "words, told",
    [
        ("--loki-size 1x.tiny --install", "--loki-size '1x.tiny' is unknown"),
        (
            "--loki stack --install",
            "--loki 'stack' is unknown; the nearest known word is 'lokistack'",
        ),
        (
            "--model direkt --install",
            "--model 'direkt' is unknown; the nearest known word is 'direct'",
        ),
        ("--storage-class gp3", "--storage-class belongs to --install: say that as well"),
        (
            "--loki monolithic --storage-class gp3 --install",
            "--storage-class belongs to a LokiStack",
        ),
        ("--s3-endpoint s3 --install", "--s3-endpoint wants http:// or https:// and a host"),
        ("--s3-bucket b --install", "--s3-bucket and --s3-region belong to an --s3-endpoint"),
        (f"--s3-endpoint {URL} --install", "--s3-endpoint needs an --s3-bucket that exists"),
        (f"--s3-endpoint {URL} --s3-bucket b --install", "needs its keys in AWS_ACCESS_KEY_ID and"),
        ("--fault bucket-missing", "--fault bucket-missing is about what --install brings: say"),
        ("--registry https://x", "--registry wants HOST[:PORT][/PATH] without a scheme"),
        ("--kind-name x", "--kind-name belongs to --target kind: say that as well"),
        ("--target kind --kind-name A_B", "--kind-name wants small letters, digits and dashes"),
        ("--target kind --images-archive /x", "--images-archive names no file: /x (make it with"),
        ("--target kind --ovn-chart /x", "--ovn-chart wants the folder of a Helm chart, and /x"),
    ],
)
def test_nonsense_is_refused_before_anything_happens(monkeypatch, words, told):
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError) as refused:
        read(Asked(words))
    assert told in str(refused.value)


class Asked:
    """As much of pytest's configuration as is asked for options."""

    def __init__(self, words: str) -> None:
        parser = argparse.ArgumentParser()
        parser.add_argument("--target")
        parser.add_argument("--fault", action="append")
        install_options.add(parser.add_argument)
        self._found = vars(parser.parse_args(words.split()))

    def getoption(self, name: str) -> object:
        return self._found[name.removeprefix("--").replace("-", "_")]


def run(words: str, environment: dict[str, str], *more: str):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "features/flows.feature",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return subprocess.run(
        [*command, *words.split(), *more],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_keys_come_from_the_environment_and_are_not_shown():
    found = object_store(f"{URL}/", "flows", None, KEYS)
    assert found is not None
    assert (found.endpoint, found.bucket, found.region) == (URL, "flows", "us-east-1")
    assert found.key_secret == "hush-hush"
    assert "hush" not in repr(found)
    assert object_store(None, None, None, KEYS) is None


@pytest.mark.parametrize(
    "url", [f"{URL}/path", "https://me:x@s3.example.com", "ftp://s3", "https://"]
)
def test_an_endpoint_is_a_host_and_a_port(url):
    with pytest.raises(UsageError, match="--s3-endpoint wants"):
        object_store(url, "flows", None, KEYS)


@pytest.mark.parametrize(
    "words, told",
    [
        (["install"], "the following arguments are required: --kubeconfig"),
        (["install", "--kubeconfig", "/nowhere"], "There is no kubeconfig at /nowhere"),
        (["uninstall", "--kubeconfig", "/nowhere"], "There is no kubeconfig at /nowhere"),
        (["kind-up", "--images-archive", "/x"], "--images-archive names no file: /x"),
        (["kind-down", "--kind-name", "A"], "--kind-name wants small letters"),
        (["kind-up", "--charts", "/x"], "--charts wants a folder with cert-manager-v"),
        (["kind-up", "--loki-size", "9x"], "--loki-size '9x' is unknown"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(capsys, words, told):
    try:
        code = main(words)
    except SystemExit as end:
        code = end.code
    assert code == 4
    assert told in capsys.readouterr().err


def test_a_run_on_kind_brings_it_up_and_judges_it(tmp_path):
    """With stand-ins of kind and its kin, whose cluster is the simulated one."""
    simulation = Simulation(seed=1, speed=60, directory=tmp_path / "cluster")
    try:
        put_on_path(tmp_path / "bin", {"kubeconfig": str(simulation.start())})
        path = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
        output = ("--output", str(tmp_path / "out"), "--kind-name", f"t{os.getpid()}")
        done = run("--target kind -k each", path, *output)
    finally:
        simulation.stop()
        rmtree(ROOT / "build" / "kind" / f"t{os.getpid()}", ignore_errors=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "install: kind cluster" in done.stdout
    assert "nothing was missing" in (tmp_path / "out" / "conformance.yaml").read_text()
    assert "$ helm upgrade" in (tmp_path / "out" / "conformance.yaml").read_text()
    assert len(world(tmp_path / "bin")["clusters"]) == 1
