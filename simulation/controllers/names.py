"""Names that controllers make up: hashes of templates and random endings.

Source: apimachinery rand.SafeEncodeString: only letters and digits that spell nothing.
"""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

SAFE = "bcdfghjklmnpqrstvwxz2456789"


def ending(rng: random.Random, length: int = 5) -> str:
    return "".join(rng.choices(SAFE, k=length))


def digest(value: Any, length: int = 10) -> str:
    """The same value always has the same digest, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    raw = hashlib.sha256(text.encode()).digest()
    return "".join(SAFE[byte % len(SAFE)] for byte in raw[:length])
