"""A script in a simulated container is that very script, and its network is the world's."""

from __future__ import annotations

import re

import pytest

from catalog.google_faults import GOOGLE_FAULTS
from selftest.updater_stage import HOME
from selftest.world_stage import FAR, OUTSIDE, WEB, Stage, play
from simulation.faults import Faults
from simulation.world import Container, External
from simulation.world.programs.lies import LIES, told
from simulation.world.programs.python import ACCOUNT

SPEED = 600
SCRIPT = "/opt/updater/script.py"
ASK = """
import http.client, sys
scheme, host, port = sys.argv[1:4]
kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
try:
    connection = kind(host, int(port), timeout=float(sys.argv[4]))
    connection.request("GET", "/page")
    print(connection.getresponse().read().decode())
except OSError as error:
    print(type(error).__name__, error)
    sys.exit(9)
"""
DENY = [{"type": "Deny", "to": {"cidrSelector": f"{OUTSIDE}/32"}}]


def running(*arguments: str, script: str = ASK, rules: list | None = None, **env: str):
    async def scene(stage: Stage) -> tuple[int, str]:
        page = {"/page": "as published"}
        stage.world.add_external(External("198.51.100.7", ("lists.example.org",), pages=page))
        if rules:
            stage.world.set_egress_firewall(FAR.namespace, rules)
        files = {SCRIPT: script, f"{ACCOUNT}/token": "a-token"}
        container = Container("python", ("python3", SCRIPT, *arguments), env, files)
        process = stage.world.launch(FAR, container)
        return await process.wait(), process.output

    return play(scene, speed=SPEED)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("http", "198.51.100.7", "80", "5"), 0, "as published\n"),
        (("https", "198.51.100.7", "443", "5"), 9, "certificate verify failed"),
        (("http", WEB, "80", "5"), 0, "404 page not found"),
        (("http", "10.128.0.5", "9", "5"), 9, "ConnectionRefusedError [Errno 111]"),
        (("http", "198.51.100.9", "80", "0.1"), 9, "TimeoutError timed out"),
        (("http", "198.51.100.9", "80", "9"), 9, "TimeoutError [Errno 110]"),
        (("http", "2001:db8::1", "80", "5"), 9, "[Errno 101] Network is unreachable"),
    ],
)
def test_a_connection_ends_as_the_world_says(arguments, code, says):
    ended, output = running(*arguments)
    assert ended == code
    assert says in output


def test_a_firewall_of_the_pods_namespace_cuts_the_script_off():
    assert running("http", OUTSIDE, "80", "0.2") == (0, "hello\n\n")
    assert running("http", OUTSIDE, "80", "0.2", rules=DENY)[1] == "TimeoutError timed out\n"


def test_a_script_has_its_containers_environment_and_no_other(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://our-own-proxy")
    code, output = running(script="import os; print(sorted(os.environ))", SETTING="x")
    assert code == 0
    assert "SETTING" in output
    assert "PROXY" not in output
    assert "SERVICE_ACCOUNT_DIR" in output


def test_a_script_sees_the_standard_library_only():
    assert "No module named 'yaml'" in running(script="import yaml")[1]


def test_its_output_names_no_folder_of_ours():
    code, output = running(script="1 / 0")
    assert code == 1
    assert f'File "{SCRIPT}", line 1' in output
    assert "container-" not in output


def test_a_script_that_is_not_there_is_said_to_be():
    async def scene(stage: Stage) -> tuple[int, str]:
        return await stage.run(FAR, "python3", "/nowhere.py")

    code, output = play(scene, speed=SPEED)
    assert code == 2
    assert "can't open file '/nowhere.py'" in output


def test_a_pod_that_is_gone_takes_its_script_along():
    async def scene(stage: Stage) -> int:
        files = {SCRIPT: "import time; print('up', flush=True); time.sleep(60)"}
        container = Container("python", ("python3", SCRIPT), files=files)
        process = stage.world.launch(FAR, container)
        while not process.output:
            await stage.world.clock.sleep(1)
        stage.world.withdraw(FAR.uid)
        return await process.wait()

    assert play(scene, speed=SPEED) == 143


def test_the_agent_sees_what_a_script_sends():
    async def scene(stage: Stage):
        files = {SCRIPT: ASK}
        argv = ("python3", SCRIPT, "http", OUTSIDE, "80", "5")
        await stage.world.launch(FAR, Container("python", argv, files=files)).wait()
        return [flow for flow in await stage.flows() if flow["DstAddr"] == OUTSIDE]

    flows = play(scene, speed=SPEED)
    assert {flow["DstPort"] for flow in flows} == {80}


@pytest.mark.parametrize("name", sorted(LIES))
def test_each_lie_finds_its_passage_and_leaves_valid_python(name):
    files = {f"/opt/updater/{path.name}": path.read_text() for path in HOME.glob("*.py")}
    lied = told(files, Faults([name]))
    changed = [path for path in files if lied[path] != files[path]]
    assert changed == sorted({f"/opt/updater/{file}" for file, _, _ in LIES[name]})
    for path in changed:
        compile(lied[path], path, "exec")


def test_without_a_lie_the_files_are_as_they_are():
    assert told({"/a.py": "x"}, Faults()) == {"/a.py": "x"}


def test_a_lie_whose_passage_is_gone_stops_the_simulation():
    with pytest.raises(LookupError, match="updater-over-blocks finds no"):
        told({"/opt/updater/lists.py": "another text"}, Faults(["updater-over-blocks"]))


def test_every_lie_about_the_updater_is_in_the_catalog():
    assert {*LIES} <= {fault.name for fault in GOOGLE_FAULTS}
    assert all(re.fullmatch(r"[a-z][a-z0-9-]+", fault.name) for fault in GOOGLE_FAULTS)
