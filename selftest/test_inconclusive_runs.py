"""What never reached the far end is no denial: a whole run that ends with exit code 10.

One fault stands for three: `make trial` runs proxy-in-the-way and probe-killed as well.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_a_dead_name_service_ends_in_neither_pass_nor_fail(tmp_path):
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("features/egress_firewall_names.feature", "-k", "reported and without and judgement"),
        *("--fault", "dns-dead", "--output", str(tmp_path)),
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    document = json.loads((tmp_path / "conformance.json").read_text())
    (scenario,) = [one for each in document["features"] for one in each["scenarios"]]
    assert scenario["verdict"] == "inconclusive"
    assert "finds no address for the name: curl: (6)" in scenario["reason"]
    assert ended.returncode == 10
