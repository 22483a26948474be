"""How long machinery may take before we give up: cluster seconds, named for what is awaited."""

POD_FINISHED = 90.0
WORKLOAD_READY = 120.0
NAMESPACE_GONE = 180.0
OBJECT_GONE = 60.0
COLLECTOR_ROLLED_OUT = 600.0
STATUS_FOLLOWS = 60.0
NETWORK_CREATED = 60.0
FIREWALL_STATUS = 30.0
FIREWALL_ENFORCED = 30.0
EGRESS_IP_ASSIGNED = 90.0
"""Clouds attach an address to a machine before the status names it."""
EGRESS_IP_IN_USE = 60.0
UPDATER_FINISHED = 300.0
DOWNLOAD_REFUSED = 3.0
"""How long an updater tries that is meant to fail: one retransmitted SYN."""
LOADS_ENDED = 900.0
"""Until others have taken their samples, of which each may be late."""
FIRST_FLOWS = 120.0
"""From a rollout to the first flow of the new agents, which connect to the pipeline anew."""
