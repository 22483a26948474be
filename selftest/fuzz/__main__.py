"""`python -m selftest.fuzz [--examples N]`: N inputs against each reader (10,000)."""

from __future__ import annotations

import argparse
import sys
import time

from selftest.fuzz.targets import TARGETS
from selftest.fuzz.trying import tried


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m selftest.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    broken = 0
    for target in TARGETS:
        began = time.monotonic()
        wrong = tried(target, asked.examples, asked.seed)
        broken += bool(wrong)
        took = time.monotonic() - began
        sys.stdout.write(f"{'✗' if wrong else '✓'} {target.name} ({took:.0f} s) {wrong}\n")
        sys.stdout.flush()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
