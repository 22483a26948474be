"""What puts a cluster, its FlowCollector or its Loki out of order, so that little can be judged."""

from __future__ import annotations

from catalog.budget_faults import BUDGETS, COST_HEAVY, COST_LIGHT, TREND
from catalog.fault import EVERYTHING, Fault
from catalog.filter_faults import REFUSED, STATUS
from catalog.firewall_titles import FIREWALL_WITHOUT_FLOWS, SCOPE_TWO
from catalog.google_faults import GOOGLE_WITHOUT_FLOWS
from catalog.health_faults import HEALTH, HEALTH_AS_FOUND, SAME_SETTINGS, STUCK
from catalog.kernel_faults import FOOTPRINT
from catalog.network_faults import SCHEMA

OUT_OF_ORDER = {
    "loki-down": "Loki answers 503 to everything",
    "loki-unauthorised": "Loki answers 401 to every query",
    "loki-forbidden": "Loki answers 403 to every query",
    "loki-throttled": "Loki answers 429 to every query",
    "flowcollector-named-otherwise": "the only FlowCollector is not called cluster",
}
"""Faults of the infrastructure: nothing passes, nothing fails, nothing is skipped for them."""

NEVER_ROLLED_OUT = {
    "agents-keep-old-configuration": "the agents' DaemonSet never follows the FlowCollector",
    "one-agent-not-ready": "after a roll-out the agent of the last node does not come up",
    "agents-crash-loop": "agents with a new configuration end at once, again and again",
    "rollout-never-ends": "the last node has no room for an agent with a new configuration",
    "flowcollector-edited-during-run": "somebody edits the FlowCollector after the first change",
}
"""Whoever asks for a configuration is inconclusive; what asks for none is not touched."""

WITHOUT_FLOWS = (
    *(REFUSED, STATUS, SCHEMA, BUDGETS, TREND, *FOOTPRINT),
    *GOOGLE_WITHOUT_FLOWS,
    *FIREWALL_WITHOUT_FLOWS,
    *HEALTH,
)
NOT_ASKING = (
    *(REFUSED, SCHEMA, TREND, *GOOGLE_WITHOUT_FLOWS, *HEALTH_AS_FOUND),
    *(title for title in FIREWALL_WITHOUT_FLOWS if title != SCOPE_TWO),
)
ASKING = tuple(name for name in WITHOUT_FLOWS if name not in NOT_ASKING)
"""Whom no lie about flows can touch: `every scenario` means all but these."""
_AS_FOUND_WITHOUT_PODS = tuple(title for title in HEALTH_AS_FOUND if title != STUCK)
WITHOUT_PODS = (REFUSED, STATUS, SCHEMA, BUDGETS, SAME_SETTINGS, *_AS_FOUND_WITHOUT_PODS)
"""These send no traffic and look into no node: they run no pod, but for two budgets under load."""

ORDER_FAULTS = (
    *(Fault(name, says, (EVERYTHING, *WITHOUT_FLOWS)) for name, says in OUT_OF_ORDER.items()),
    Fault(
        "probe-image-missing",
        "the image of pods that run once cannot be pulled",
        (
            *(EVERYTHING, COST_LIGHT, COST_HEAVY),
            *(title for title in WITHOUT_FLOWS if title not in WITHOUT_PODS),
        ),
    ),
    *(Fault(name, says, (EVERYTHING, *ASKING)) for name, says in NEVER_ROLLED_OUT.items()),
    Fault(
        "flowcollector-deleted-during-run",
        "somebody deletes the FlowCollector after the first change",
        (EVERYTHING, *ASKING, SCHEMA, TREND),
    ),
    Fault(
        "webhook-refuses-everything",
        "the admission webhook denies every change of a FlowCollector",
        (EVERYTHING, *ASKING, REFUSED),
    ),
)
