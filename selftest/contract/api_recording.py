"""Writes down what a real API server answers.

Use: python -m selftest.contract.api_recording KUBECONFIG
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kit.connection import Connection
from kit.kubeconfig import load
from selftest.contract.api_asking import Asking
from selftest.contract.api_cases import ANSWERS, Case
from selftest.contract.api_granted import APPLIED, WRITTEN
from selftest.contract.api_refused import BUILT_IN, CHANGES, CUSTOM

CASES: list[Case] = [*BUILT_IN, *CHANGES, *CUSTOM, *WRITTEN, *APPLIED]


def record(kubeconfig: Path) -> None:
    connection = Connection(load(kubeconfig), "selftest/1", tries=0)
    asking = Asking(connection)
    asking.prepare()
    try:
        told = {case.name: asking.put(case) for case in CASES}
    finally:
        asking.clear()
    lines = [f"{json.dumps(name)}: {json.dumps(said)}" for name, said in told.items()]
    ANSWERS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    record(Path(sys.argv[1]))
