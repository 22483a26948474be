"""The lies about what collecting costs: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.fault import Fault

COST_BASELINE = "Without any feature the agents stay within budget"
COST_REST = "With every feature the agents stay within budget"
COST_LIGHT = "Light traffic stays within its own budget"
COST_HEAVY = "Heavy traffic stays within its own budget"
SIZED = "Pods have the requests and limits of the FlowCollector"
MEASURED = (COST_BASELINE, COST_REST, COST_LIGHT, COST_HEAVY)

BUDGETS, TREND = "resource_budgets.feature", "cost_trend.feature"

BUDGET_FAULTS = (
    Fault("agent-leaks-memory", "every agent keeps 1 MiB more with each second", MEASURED),
    Fault("agent-burns-cpu", "every agent uses five times the processor time", MEASURED),
    Fault("pipeline-burns-cpu", "flowlogs-pipeline uses three times the processor time", MEASURED),
    Fault("pipeline-hoards-memory", "flowlogs-pipeline needs four times the memory", MEASURED),
    Fault("programs-burn-cpu", "each packet costs 2 ms in the agents' programs", MEASURED),
    Fault(
        "dns-tracking-burns-cpu",
        "DNS tracking costs an agent 30 millicores",
        (COST_REST, COST_LIGHT),
    ),
    Fault("agent-limit-missing", "the agents run without their memory limit", (SIZED,)),
    Fault("agent-request-low", "the agents request a tenth of their processor time", (SIZED,)),
    Fault(
        "agent-restarts-unseen",
        "the agents' process starts anew each minute, and no status says so",
        MEASURED,
    ),
    Fault("agent-out-of-memory", "the agent of the last node is killed for its memory", MEASURED),
    Fault("agent-evicted", "the first node evicts its agent again and again", MEASURED),
    Fault(
        "flow-map-full-in-silence", "the agents' map is full, and no flow counts as lost", MEASURED
    ),
    Fault(
        "samples-halved",
        "metrics-server reports half of what pods use",
        (COST_BASELINE, COST_LIGHT),
    ),
    Fault("samples-never-renewed", "metrics-server repeats one sample for ever", MEASURED),
    Fault("metrics-server-absent", "nobody has installed metrics-server", MEASURED),
    Fault("metrics-server-down", "metrics-server is registered and does not answer", MEASURED),
    Fault("agent-without-samples", "metrics-server knows nothing of one agent", MEASURED),
)
