@epic.netobserv @story.pipeline_health @core @owner.network_observability
Feature: Pipeline metrics
  Agents and flowlogs-pipeline count what they do, Prometheus keeps the counts, and alerts watch over
  them. Traffic moves every count, none of the losses grows, nothing gets lost that no count tells of,
  and what Prometheus says of flows is what Loki holds of them.

  @severity.critical @needs.agent_metrics @needs.two_nodes
  Scenario: Traffic moves every counter of the pipeline
    Given flows are collected
    And the counters of the pipeline have been read
    When a client on another node requests the web service
    Then the connection is made
    And the counters have grown by at least
      | agents            | netobserv_agent_evictions_total       | 2 |
      | agents            | netobserv_agent_evicted_flows_total   | 4 |
      | agents            | netobserv_agent_evicted_packets_total | 8 |
      | agents            | netobserv_agent_exported_batch_total  | 2 |
      | flowlogs-pipeline | netobserv_ingest_flows_processed      | 4 |
      | flowlogs-pipeline | netobserv_records_written             | 4 |
    But no counter of losses has grown
      | agents            | netobserv_agent_dropped_flows_total  |
      | flowlogs-pipeline | netobserv_loki_dropped_entries_total |
      | flowlogs-pipeline | netobserv_ingest_errors              |

  @severity.critical @needs.agent_metrics @needs.two_nodes
  Scenario: Every flow that agents export is written
    Given flows are collected
    When clients request the web service while the counters are watched for 2 evictions
    Then flowlogs-pipeline has processed what agents evicted but for at most 2 %
    And flowlogs-pipeline has written what agents evicted but for at most 2 %

  @severity.normal @needs.prometheus @needs.agent_metrics
  Scenario: Prometheus scrapes every agent and flowlogs-pipeline
    When the parts of the pipeline are listed
    Then Prometheus scrapes each of their pods

  @severity.critical @needs.prometheus
  Scenario: Flow metrics agree with the flows in Loki
    Given flows are collected
    When clients of a namespace of their own request the web service 3 times
    Then their flow metrics and their flows in Loki are within 5 %
      | netobserv_namespace_flows_total       | flows      |
      | netobserv_workload_egress_bytes_total | sent bytes |

  @severity.normal @needs.alert_rules
  Scenario: Alerts exist under their upstream names
    When the alert rules of the pipeline are listed
    Then these alerts are among them
      | ebpf-agent-prom-alert   | NetObservDroppedFlows | netobserv_agent_dropped_flows_total  |
      | flowlogs-pipeline-alert | NetObservNoFlows      | netobserv_ingest_flows_processed     |
      | flowlogs-pipeline-alert | NetObservLokiError    | netobserv_loki_dropped_entries_total |
