"""A pytest plugin: what will be red is waited for less long than on a busy machine, and less often.

Most looks of a trial are at what never comes; each costs both the suite and the simulated cluster.
"""

from __future__ import annotations

import kit.wait

kit.wait.GRACE_OF_A_FAST_CLOCK = 1.5
kit.wait.PAUSE_OF_WAITED = 0.25
