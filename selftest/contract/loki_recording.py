"""Records what a real Loki answers to the contract's questions: `python -m ... URL`.

The recording lets every run of the self-tests compare, with no Loki at hand.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from selftest.contract.loki_asking import Asking, real
from selftest.contract.loki_cases import CASES
from selftest.contract.loki_entries import MINUTE, PUSHES

FILE = Path(__file__).parent.parent / "data" / "loki" / "answers.json"


def recent_base(now_ns: int) -> int:
    """A whole minute far enough back for all entries to be in the past."""
    return (now_ns // MINUTE - 8) * MINUTE


def record(url: str) -> dict[str, Any]:
    now_ns = time.time_ns()
    ask = real(url)
    loki = Asking(ask, recent_base(now_ns))
    loki.fill()
    status, text = ask("GET", "/loki/api/v1/status/buildinfo", [], b"")
    assert status == 200, text
    return {
        "version": json.loads(text)["version"],
        "now_ns": now_ns,
        "answers": {case.name: loki.answer(case) for case in CASES},
        "pushes": {case.name: loki.push(case, now_ns) for case in PUSHES},
    }


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(record(sys.argv[1]), ensure_ascii=False, separators=(",", ":")))
