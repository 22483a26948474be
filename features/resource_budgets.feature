@epic.netobserv @budget @extended @owner.network_observability
Feature: Resource budgets
  What collecting flows costs the nodes stays within budgets.yaml, and nothing pays for it: no restart,
  no kill for memory, no eviction, no lost flow. A sample is metrics-server's average over its window;
  each agent, flowlogs-pipeline pod and node is judged by itself, on its percentile by nearest rank,
  which of 8 samples forgives one. A sample that never comes counts as over budget.

  @severity.critical
  Scenario: Without any feature the agents stay within budget
    Given flows are collected without any feature
    And every agent has run for 60 s
    When 8 samples are taken
    Then the 80th percentile of each stays within the budget for baseline
    And the agents' own count of processor time agrees within 30 %
    And nothing restarts, is killed or evicted, and no flow is dropped
    And no agent's map of flows is filled beyond 50 %

  @severity.critical
  Scenario: With every feature the agents stay within budget
    Given flows are collected with every feature
    And every agent has run for 60 s
    When 8 samples are taken
    Then the 80th percentile of each stays within the budget for rest
    And nothing restarts, is killed or evicted, and no flow is dropped
    And no agent's map of flows is filled beyond 50 %
    And no agent's memory grows by more than 20 % meanwhile

  @severity.normal @needs.two_nodes
  Scenario: Light traffic stays within its own budget
    Given flows are collected with every feature
    And every agent has run for 60 s
    When 8 samples are taken while a client makes 1 connection a second of 1 kB
    Then the 80th percentile of each stays within the budget for light
    And Prometheus, where there is one, tells the same within 30 %
    And nothing restarts, is killed or evicted, and no flow is dropped
    And no agent's map of flows is filled beyond 50 %

  @severity.critical @needs.two_nodes
  Scenario: Heavy traffic stays within its own budget
    Given flows are collected with every feature
    And every agent has run for 60 s
    When 8 samples are taken while a client makes 4 connections a second of 1 kB
    Then the 80th percentile of each stays within the budget for heavy
    And nothing restarts, is killed or evicted, and no flow is dropped
    And no agent's map of flows is filled beyond 50 %

  @severity.normal
  Scenario: Pods have the requests and limits of the FlowCollector
    Given flows are collected
    Then the requests and limits of all pods are those of the FlowCollector
