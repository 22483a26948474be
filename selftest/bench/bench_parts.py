"""How long the parts take on which every scenario waits.

Run: python selftest/bench/bench_parts.py. It fails if a figure misses its budget.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.append(str(ROOT))

from selftest.api_stage import api_stage  # noqa: E402 (found only on the path above)
from selftest.live_cluster import live_cluster  # noqa: E402 (found only on the path above)
from simulation.loki import Limits, LokiStore  # noqa: E402 (found only on the path above)
from simulation.loki.parser import parse  # noqa: E402 (found only on the path above)
from simulation.loki.selecting import Window, rows  # noqa: E402 (found only on the path above)

NOW, SECOND = 1_800_000_000, 10**9


def main() -> int:
    """Print each figure beside its budget."""
    print(f"{'part':<48} {'time':>10} {'budget':>10}")
    return 0 if all([started(), called(), searched()]) else 1


def started() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with live_cluster(Path(folder), speed=60.0):
            return told("the simulated cluster is up", time.perf_counter() - began, 3.0)


def called() -> bool:
    """A GET of a small object, server and client in one process."""
    with tempfile.TemporaryDirectory() as folder, api_stage(Path(folder)) as stage:
        cluster = stage.cluster()
        spent = median(30, lambda: cluster.get("v1", "Namespace", "default"))
    return told("one call of the cluster's API, median of 30", spent, 0.003)


def searched() -> bool:
    held, chance = LokiStore(lambda: float(NOW), Limits()), random.Random(1)
    for number in range(20_000):
        labels = {"app": "x", "ns": f"ns-{number % 40}", "FlowDirection": str(number // 40 % 10)}
        at = (NOW - chance.randrange(3000)) * SECOND
        held.push(labels, at, f'{{"Bytes":{number}}}')
    window = Window((NOW - 600) * SECOND, (NOW - 540) * SECOND)
    selection = parse('{app="x", ns="ns-7"} |= "Bytes"')
    spent = median(9, lambda: list(rows(held, selection, window)))
    return told("a minute of one namespace among 20,000 entries", spent, 0.02)


def median(times: int, call: Callable[[], object]) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[times // 2]


def told(title: str, spent: float, budget: float) -> bool:
    print(f"{title:<48} {spent * 1000:>7.2f} ms {budget * 1000:>7.0f} ms")
    return spent <= budget


if __name__ == "__main__":
    sys.exit(main())
