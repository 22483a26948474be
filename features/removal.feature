@epic.netobserv @removal @disruptive @needs.privileged_pods @needs.own_flow_collector @owner.network_observability
Feature: Removal of the FlowCollector
  Whoever takes NetObserv away wants nothing of it to go on running in the kernels of the nodes. Run
  by --removal alone, and only on a FlowCollector that --install has made: it is made again at once.

  @severity.critical
  Scenario: Nothing stays on nodes without the FlowCollector
    Given flows are collected with every feature
    And the kernels of all nodes hold what the agents need
    When the FlowCollector is removed, and the kernels are read for 60 s after its last agent
    Then the kernels of all nodes hold nothing of the agents
