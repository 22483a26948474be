"""Lies of a LokiStack: only a run with `--install` on the simulated cluster meets one."""

from __future__ import annotations

from catalog.fault import Fault

COMPONENTS = "Every component of the LokiStack is ready"
KEEPS = "The LokiStack keeps flows the way NetObserv needs"
KEYS = "The secret of the LokiStack has every key"
BUCKET = "The LokiStack is let into its bucket"

LOKISTACK_FAULTS = (
    Fault(
        "lokistack-ready-before-its-pods",
        "the LokiStack is Ready while a pod of its ingester runs and is not ready",
        (COMPONENTS,),
    ),
    Fault(
        "lokistack-applies-v12",
        "the Loki Operator applies schema v12 whatever the LokiStack asks for",
        (KEEPS,),
    ),
    Fault(
        "lokistack-tenants-changed",
        "somebody gives the LokiStack the tenants of logging",
        (KEEPS,),
    ),
    Fault(
        "lokistack-key-removed",
        "somebody takes a key out of the LokiStack's Secret, and the Loki Operator does not look",
        (KEYS,),
    ),
    Fault(
        "lokistack-shut-out-unseen",
        "the compactor is not let into its bucket, and the LokiStack is Ready",
        (BUCKET,),
    ),
)
