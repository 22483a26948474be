"""The lies about the health of the pipeline: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.budget_faults import COST_HEAVY, COST_LIGHT, MEASURED
from catalog.fault import Fault
from catalog.filter_faults import STATUS
from catalog.kernel_faults import ALIKE, CACHE, DNS_ON, ON

STILL_WAITING = "No part of the operator is still waiting"
LOKI_ISSUE = "Readiness hides no issue with Loki"
CONFIGURATION = "The configuration of the collector is in order"
EVERY_NODE = "Every node has a ready agent"
SAME_SETTINGS = "Every agent runs what the FlowCollector asks for"
STUCK = "No agent is stuck after its installation"
ONE_IMAGE = "All pods of a part run the same image"
PIPELINE_READY = "Every replica of flowlogs-pipeline is ready"
PLUGIN_READY = "The console plugin is ready"
LOKI_READY = "Loki is ready and writes its newest schema"
ALERTS = "Alerts exist under their upstream names"
COUNTERS_GROW = "Traffic moves every counter of the pipeline"
ALL_WRITTEN = "Every flow that agents export is written"
SCRAPED = "Prometheus scrapes every agent and flowlogs-pipeline"
AGREE = "Flow metrics agree with the flows in Loki"
FED_BY_PROBES = (COUNTERS_GROW, AGREE, ALL_WRITTEN, STUCK, COST_LIGHT, COST_HEAVY)

HEALTH_AS_FOUND = (
    *(STILL_WAITING, LOKI_ISSUE, CONFIGURATION, EVERY_NODE, STUCK, ONE_IMAGE),
    *(PIPELINE_READY, PLUGIN_READY, LOKI_READY, ALERTS, SCRAPED),
)
"""These ask for no configuration of the FlowCollector."""

HEALTH = (*HEALTH_AS_FOUND, SAME_SETTINGS, COUNTERS_GROW, ALL_WRITTEN, AGREE)
"""What these say no lie about the content of single flows can touch."""

SIZED = ("FlowRTT", "PacketTranslation", "PacketDrop", "NetworkEvents")
SIZED_MAPS = tuple(ON[feature] for feature in SIZED)
"""Whoever looks into the kernels sees that maps of one node have another size."""

HEALTH_FAULTS = (
    Fault(
        "loki-issue-behind-ready",
        "the FlowCollector is Ready while its condition LokiIssue tells of a Loki out of order",
        (LOKI_ISSUE,),
    ),
    Fault(
        "part-waits-behind-ready",
        "the FlowCollector is Ready while its condition says that flowlogs-pipeline is waited for",
        (STILL_WAITING,),
    ),
    Fault(
        "configuration-error-behind-ready",
        "the FlowCollector is Ready while its condition tells of an error in its spec",
        (CONFIGURATION, STATUS),
    ),
    Fault(
        "configuration-issue-hidden",
        "the FlowCollector's status never tells of a questionable spec",
        (STATUS, CONFIGURATION),
    ),
    Fault("plugin-down", "the console plugin's pod never starts", (PLUGIN_READY,)),
    Fault(
        "one-replica-not-ready",
        "one replica of flowlogs-pipeline never becomes ready",
        (PIPELINE_READY, STILL_WAITING, STATUS),
    ),
    Fault(
        "one-agent-keeps-old-cache",
        "the agent of the last node runs an older cacheMaxFlows, and the DaemonSet is content",
        (SAME_SETTINGS, CACHE, DNS_ON, *SIZED_MAPS),
    ),
    Fault(
        "one-agent-of-another-image",
        "the agent of the last node runs another image than the others",
        (ONE_IMAGE, ALIKE),
    ),
    Fault(
        "agent-missing-after-installation",
        "the last node has no agent until the agents are asked for something else, and their "
        "DaemonSet is content",
        (EVERY_NODE,),
    ),
    Fault(
        "agent-stuck-after-installation",
        "the first agent of the first node runs, is ready, and captures nothing until it is "
        "replaced",
        (STUCK,),
    ),
    Fault("loki-schema-v12", "Loki writes in schema v12", (LOKI_READY,)),
    Fault(
        "loki-not-ready",
        "Loki answers queries and says that it is not ready",
        (LOKI_READY,),
    ),
    Fault(
        "agents-drop-flows",
        "the agents cannot create flows and count what they drop",
        (COUNTERS_GROW, *MEASURED),
    ),
    Fault(
        "pipeline-drops-entries",
        "flowlogs-pipeline counts entries that it could not write to Loki",
        (COUNTERS_GROW,),
    ),
    Fault(
        "flows-lost-uncounted",
        "of the flows that agents export strangers' get lost, and no counter tells of it",
        (ALL_WRITTEN,),
    ),
    Fault(
        "records-counter-stands",
        "flowlogs-pipeline's count of written records never moves",
        (COUNTERS_GROW, ALL_WRITTEN),
    ),
    Fault("metrics-count-twice", "flow metrics count each flow twice", (AGREE,)),
    Fault("alert-renamed", "the alert on dropped flows has a name of its own", (ALERTS,)),
    Fault("alert-missing", "the alert on Loki's errors is not there", (ALERTS,)),
    Fault("one-agent-not-scraped", "Prometheus does not reach the first node's agent", (SCRAPED,)),
)
