@epic.netobserv @story.lokistack @extended @owner.network_observability @needs.lokistack
Feature: LokiStack
  Where a LokiStack keeps the flows, its operator makes a dozen workloads of it. All of them are ready,
  it keeps flows in its newest schema under the tenants of NetObserv, and its object store lets it in.
  Of its Secret nothing but the names of keys is looked at, and no value is kept.

  @severity.critical
  Scenario: Every component of the LokiStack is ready
    When the LokiStack of the FlowCollector is looked up
    Then every component of the LokiStack is ready

  @severity.critical
  Scenario: The LokiStack keeps flows the way NetObserv needs
    When the LokiStack of the FlowCollector is looked up
    Then the LokiStack writes in schema "v13"
    And its tenants have the mode "openshift-network"

  @severity.normal
  Scenario: The secret of the LokiStack has every key
    When the LokiStack of the FlowCollector is looked up
    Then its secret has every key that its kind of store needs

  @severity.critical
  Scenario: The LokiStack is let into its bucket
    When the LokiStack of the FlowCollector is looked up
    Then the components that open its bucket first are ready
