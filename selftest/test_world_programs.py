"""The simulated curl, dig and agnhost end and print as the real ones do."""

from __future__ import annotations

import re

import pytest

from selftest.world_stage import DNS, FAR, NEAR, OUTSIDE, SERVER, WEB, Stage, play
from simulation.world import Service, ServicePort, argv_of

STALL = "198.51.100.9"


def ending(*argv: str) -> tuple[int, str]:
    async def scene(stage: Stage) -> tuple[int, str]:
        return await stage.run(FAR, *argv)

    return play(scene)


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (("curl", "-sS", f"http://{WEB}/hostname"), 0, "web-1"),
        (("curl", "-sS", "http://web.demo/hostname"), 6, "Could not resolve host: web.demo"),
        (("curl", "-sS", f"http://{SERVER.address}:9/"), 7, "curl: (7) Failed to connect to"),
        (("curl", "-sS", "--connect-timeout", "3", f"http://{STALL}/"), 28, "curl: (28)"),
        (("curl", "-sS", "-m", "2", f"http://{STALL}/"), 28, "2000 milliseconds"),
        (("curl", "-sS", f"https://{OUTSIDE}/"), 60, "certificate"),
        (("curl", "-sSk", f"https://{OUTSIDE}/"), 0, "hello"),
        (("curl", "-sS", f"https://{SERVER.address}:8080/"), 35, "curl: (35)"),
        (("curl", "-sSf", f"http://{WEB}/nothing"), 22, "404"),
        (("curl", "--no-such-option", "http://x/"), 2, "option --no-such-option: is unknown"),
        (("curl", "-sS", "http://[2001:db8::1]/"), 7, "Network is unreachable"),
        (("/agnhost", "connect", f"{WEB}:80", "--timeout=3s"), 0, ""),
        (("/agnhost", "connect", f"{SERVER.address}:9", "--timeout=3s"), 1, "REFUSED\n"),
        (("/agnhost", "connect", f"{STALL}:80", "--timeout=3s"), 1, "TIMEOUT\n"),
        (("/agnhost", "connect", f"{SERVER.address}:8081", "--protocol=udp"), 0, ""),
        (("/agnhost", "connect", f"{SERVER.address}:9", "--protocol=udp"), 1, "REFUSED\n"),
        (("dig", f"@{DNS}", "a.found.test", "+short"), 0, "192.0.2.53\n"),
        (("dig", f"@{DNS}", "a.missing.test"), 0, "status: NXDOMAIN"),
        (("dig", f"@{DNS}", "a.broken.test"), 0, "status: SERVFAIL"),
        (("dig", f"@{DNS}", "a.elsewhere.test"), 0, "status: REFUSED"),
        (("dig", f"@{STALL}", "a.test", "+tries=1", "+time=2"), 9, "no servers could be reached"),
        (("dig", "+nonsense", "a.test"), 1, "Invalid option"),
        (("sh", "-c", "echo one && false || echo two; exit 4"), 4, "one\ntwo\n"),
        (("sh", "-c", "for x in a b; do echo $x; done\necho c"), 0, "a\nb\nc\n"),
        (("sh", "-c", "for x in /none/*; do echo $x 2>/dev/null; done"), 0, "/none/*\n"),
        (("sh", "-c", "false || exit $?\necho on"), 1, ""),
        (("bpftool", "-j", "prog", "show"), 127, "sh: bpftool: command not found\n"),
        (("ncat", "-z", WEB), 127, "ncat: command not found"),
    ],
)
def test_programs_end_as_the_real_ones(argv: tuple[str, ...], code: int, says: str) -> None:
    ended, output = ending(*argv)
    assert ended == code
    assert says in output


def test_curl_writes_out_what_it_is_asked_for() -> None:
    told = "%{http_code} %{local_ip} %{remote_ip} %{remote_port} %{exitcode} %{time_connect}\\n"
    code, output = ending("curl", "-s", "-o", "/dev/null", "-w", told, f"http://{WEB}/")
    assert code == 0
    assert re.fullmatch(rf"200 10\.128\.2\.9 {re.escape(WEB)} 80 0 0\.00\d{{4}}\n", output)


def test_curl_takes_the_address_that_resolve_pins() -> None:
    pin = f"www.example.org:80:{WEB}"
    assert ending("curl", "-sS", "--resolve", pin, "http://www.example.org/hostname")[1] == "web-1"


def test_curl_posts_what_it_is_given() -> None:
    _, output = ending("curl", "-sS", "--data", "msg=" + "x" * 3000, f"http://{WEB}/echo")
    assert output == "x" * 3000


def test_the_outside_sees_the_address_of_the_node() -> None:
    _, output = ending("curl", "-sS", f"http://{OUTSIDE}/clientip")
    assert output.startswith("10.0.0.11:")


def test_dig_measures_the_delay_of_the_server() -> None:
    _, output = ending("dig", f"@{DNS}", "a.slow.test", "+qid=77")
    assert re.search(r"status: NOERROR, id: 77\n", output)
    assert re.search(r";; Query time: 5\d msec", output)


def test_a_slow_answer_comes_over_tcp_too() -> None:
    code, output = ending("dig", f"@{DNS}", "a.slow.test", "+tcp", "+noall", "+stats")
    assert (code, "(TCP)" in output) == (0, True)


def test_a_stopped_server_no_longer_listens() -> None:
    async def scene(stage: Stage) -> int:
        stage.world.withdraw(SERVER.uid)
        url = f"http://{SERVER.address}:8080/"
        return (await stage.run(NEAR, "curl", "-sS", "-m", "3", url))[0]

    assert play(scene) == 28


def test_a_service_without_backends_refuses() -> None:
    async def scene(stage: Stage) -> int:
        ports = (ServicePort("http", "TCP", 80, 8080),)
        stage.world.set_service(Service("demo", "web", WEB, ports, ()))
        return (await stage.run(NEAR, "curl", "-s", f"http://{WEB}/"))[0]

    assert play(scene) == 7


def test_an_image_runs_its_entrypoint_unless_the_pod_says_otherwise() -> None:
    assert argv_of("registry.k8s.io/e2e-test-images/agnhost:2.53") == ("/agnhost", "pause")
    assert argv_of("x/agnhost:1", (), ("netexec",)) == ("/agnhost", "netexec")
    assert argv_of("x/agnhost:1", ("curl",), ("-s",)) == ("curl", "-s")
