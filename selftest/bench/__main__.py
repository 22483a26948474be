"""`python -m selftest.bench [pytest options]`: print every figure that the project promises."""

from __future__ import annotations

import subprocess
import sys

from selftest.bench.suite import ROOT, measure


def main() -> int:
    sys.stdout.write(f"## The suite on the simulated cluster\n\n{measure(sys.argv[1:])}\n\n")
    sys.stdout.write("## The exact difference of two prefix lists\n\n")
    code = _run("bench_prefixes.py")
    sys.stdout.write("\n## The parts on which every scenario waits\n\n")
    return _run("bench_parts.py") or code


def _run(script: str) -> int:
    sys.stdout.flush()
    command = [sys.executable, str(ROOT / "selftest" / "bench" / script)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
