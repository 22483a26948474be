"""The simulated curl keeps a connection for its next URL, at the pace that it was asked for."""

from __future__ import annotations

import pytest

from selftest.test_world_firewall import TARGET, rule
from selftest.world_stage import FAR, OUTSIDE, Stage, play
from simulation.world import Container

PAGE = f"http://{OUTSIDE}/"
TOLD = "%{num_connects} %{exitcode}\\n"


def lines(*options: str, urls: int = 3) -> list[str]:
    async def scene(stage: Stage) -> str:
        each = [word for _ in range(urls) for word in ("-o", "/dev/null", PAGE)]
        return (await stage.run(FAR, "curl", "-s", "-w", TOLD, *options, *each))[1]

    return list(play(scene).splitlines())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), ["1 0", "0 0", "0 0"]),
        (("-H", "Connection: close"), ["1 0", "1 0", "1 0"]),
    ],
)
def test_a_connection_serves_the_next_url_unless_told_to_close(
    options: tuple[str, ...], said: list[str]
) -> None:
    assert lines(*options) == said


def test_a_rule_that_lands_meanwhile_silences_the_open_connection() -> None:
    async def scene(stage: Stage) -> list[str]:
        each = [word for _ in range(40) for word in ("-o", "/dev/null", PAGE)]
        asked = ("curl", "-s", "-m", "2", "--rate", "1/s", "-w", TOLD, *each)
        process = stage.world.launch(FAR, Container("tools", asked))
        while process.output.count("\n") < 2:
            await stage.world.clock.sleep(0.1)
        stage.world.set_egress_firewall("demo", [rule("Deny", TARGET)])
        await process.wait()
        return list(process.output.splitlines())

    said = play(scene)
    assert said[:2] == ["1 0", "0 0"]
    assert said[-1] == "0 28"
