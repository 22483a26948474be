@epic.netobserv @story.pipeline_health @core @as_found @owner.network_observability
Feature: Pipeline health
  Flows pass through agents, flowlogs-pipeline and Loki before anybody reads them. The FlowCollector's
  condition Ready proves none of these: it turns True while agents still pull their image, and it
  takes no notice of Loki. Each part is asked itself, as the run has found it.

  @severity.critical @quick
  Scenario: No part of the operator is still waiting
    When the status of the FlowCollector is read
    Then the FlowCollector is ready
    And no condition tells of a part that is waited for

  @severity.critical @quick
  Scenario: Readiness hides no issue with Loki
    When the status of the FlowCollector is read
    Then no condition tells of an issue with Loki

  @severity.normal
  Scenario: The configuration of the collector is in order
    When the status of the FlowCollector is read
    Then no condition tells of an error in its configuration
    But what the conditions warn of is reported, not judged

  @severity.blocker @quick
  Scenario: Every node has a ready agent
    When the parts of the pipeline are listed
    Then every node has an agent that is ready

  @severity.critical
  Scenario: Every agent runs what the FlowCollector asks for
    Given flows are collected with every feature
    When the parts of the pipeline are listed
    Then the environment of each running agent is what the FlowCollector asks for

  @severity.critical @needs.agent_metrics
  Scenario: No agent is stuck after its installation
    When a client on each node sends as much as the sampling needs
    Then every agent has captured flows since

  @severity.critical
  Scenario: Every replica of flowlogs-pipeline is ready
    When the parts of the pipeline are listed
    Then every replica of flowlogs-pipeline is ready

  @severity.normal @needs.console_plugin
  Scenario: The console plugin is ready
    When the parts of the pipeline are listed
    Then every replica of the console plugin is ready

  @severity.normal
  Scenario: All pods of a part run the same image
    When the parts of the pipeline are listed
    Then the pods of each part run one image
    But versions and images are reported, not judged

  @severity.critical @needs.monolithic_loki
  Scenario: Loki is ready and writes its newest schema
    When Loki is asked about itself
    Then Loki says that it is ready
    And Loki writes in schema "v13"
