"""How fast, and in how much memory, the updater subtracts one list from another.

Run: python selftest/bench/bench_prefixes.py. It fails if a figure misses its budget.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LISTS = ROOT / "selftest" / "data" / "google"
sys.path.append(str(ROOT / "manifests" / "egress-firewall-updater"))

import lists  # noqa: E402 (found only on the path above)
from prefixes import AddressSet  # noqa: E402 (found only on the path above)

MEMORY_BUDGET_MIB = 200


def main() -> int:
    """Print each figure beside its budget."""
    print(f"{'exact difference':<34} {'prefixes out':>12} {'time':>10} {'budget':>10}")
    real = measure("96 x 862, Google 2026-04-12", 0.05, published)
    worst = measure("10,000 x 10,000, both families", 5.0, crowded(10_000))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory of this process':<34} {peak:>19.0f} MiB {MEMORY_BUDGET_MIB:>6} MiB")
    return 0 if real and worst and peak <= MEMORY_BUDGET_MIB else 1


def measure(title: str, budget: float, prepare: Callable[[], tuple[list[str], list[str]]]) -> bool:
    """The best of three, from text to text, since parsing and printing are part of the work."""
    goog, cloud = prepare()
    times = []
    for _ in range(3):
        began = time.perf_counter()
        out = (AddressSet.of(goog) - AddressSet.of(cloud)).prefixes()
        times.append(time.perf_counter() - began)
    print(f"{title:<34} {len(out):>12,} {min(times) * 1000:>7.1f} ms {budget * 1000:>7.0f} ms")
    return min(times) <= budget


def published() -> tuple[list[str], list[str]]:
    """The entries of a real pair of lists, IPv4 alone, as the figure in the title says."""
    return entries("goog"), entries("cloud")


def entries(name: str) -> list[str]:
    prefixes = lists.json.loads((LISTS / f"{name}-2026-04-12.json").read_bytes())["prefixes"]
    return [entry["ipv4Prefix"] for entry in prefixes if "ipv4Prefix" in entry]


def crowded(count: int) -> Callable[[], tuple[list[str], list[str]]]:
    """Wide networks with many small holes in them: the shape that costs most."""

    def prepare() -> tuple[list[str], list[str]]:
        draw = random.Random(1)
        goog = [network(draw, 20, 24, index) for index in range(count)]
        cloud = [network(draw, 24, 30, index) for index in range(count)]
        return goog, cloud

    return prepare


def network(draw: random.Random, widest: int, narrowest: int, index: int) -> str:
    bits = draw.randint(widest, narrowest)
    start = (34 << 24 | draw.getrandbits(24)) >> (32 - bits) << (32 - bits)
    if index % 2:
        return f"2600:{start >> 16:x}:{start & 0xFFFF:x}::/{bits + 16}"
    return f"{start >> 24}.{start >> 16 & 255}.{start >> 8 & 255}.{start & 255}/{bits}"


if __name__ == "__main__":
    sys.exit(main())
