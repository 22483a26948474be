"""Names of what agents and flowlogs-pipeline count, and of the alerts on it: upstream's facts.

Source: ebpf-agent 1.12, pkg/metrics/metrics.go; flowlogs-pipeline 1.12, operational-metrics.md;
operator 1.11, internal/pkg/metrics.
"""

from __future__ import annotations

PIPELINE_METRICS_PORT = 9401

EVICTED = "netobserv_agent_evicted_flows_total"
INTERFACE_EVENTS = "netobserv_agent_interface_events_total"
PROCESSED = "netobserv_ingest_flows_processed"
WRITTEN = "netobserv_records_written"

NEWEST_SCHEMA = "v13"
TENANT_MODE = "openshift-network"
