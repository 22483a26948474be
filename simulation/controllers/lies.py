"""The faults that live in the controllers, made known to the registry of faults."""

from __future__ import annotations

from catalog.gateway_faults import GATEWAY_FAULTS
from catalog.install_faults import INSTALL_FAULTS as OF_INSTALLING
from catalog.lokistack_faults import LOKISTACK_FAULTS
from catalog.removal_faults import REMOVAL_FAULTS
from simulation import faults

CONTROLLER_FAULTS = {
    "agents-keep-old-configuration": "the agents' DaemonSet never follows the FlowCollector",
    "agents-ignore-configuration": "new agents look new and keep the old features and filter",
    "one-agent-not-ready": "after a roll-out the agent of the last node does not come up",
    "agents-crash-loop": "agents with a new configuration end at once, again and again",
    "rollout-never-ends": "the last node has no room for an agent with a new configuration",
    "flowcollector-edited-during-run": "somebody edits the FlowCollector after the first change",
    "flowcollector-deleted-during-run": "somebody deletes the FlowCollector after the first change",
    "flowcollector-named-otherwise": "the only FlowCollector is not called cluster",
    "webhook-refuses-everything": "the admission webhook denies every change of a FlowCollector",
    "firewall-enforced-late": "egress firewall rules take ten minutes to reach the packets",
    "firewall-enforced-in-other-namespace": "egress firewall rules bind another namespace's pods",
    "status-lies": "the status says that egress firewall rules are applied; none is",
    "probe-image-missing": "the image of pods that run once cannot be pulled",
    "service-without-endpoints": "Services of app namespaces never find their pods",
    "loki-down": "Loki answers 503 to everything",
    "loki-unauthorised": "Loki answers 401 to every query",
    "loki-forbidden": "Loki answers 403 to every query",
    "loki-throttled": "Loki answers 429 to every query",
}

INSTALL_FAULTS = {
    fault.name: fault.says
    for fault in (*OF_INSTALLING, *GATEWAY_FAULTS, *LOKISTACK_FAULTS, *REMOVAL_FAULTS)
}
"""What can go wrong with what is installed; an ordinary run never meets it."""


def make_known() -> None:
    for name, says in (CONTROLLER_FAULTS | INSTALL_FAULTS).items():
        faults.register(name, says)


make_known()
