"""A pytest plugin: what will be red need not be waited for as long as on a busy machine."""

from __future__ import annotations

import kit.wait

kit.wait.GRACE_OF_A_FAST_CLOCK = 1.5
