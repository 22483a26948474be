@epic.netobserv @story.ebpf_footprint @extended @needs.privileged_pods @owner.network_observability
Feature: Footprint in the kernel
  What agents keep in the kernels of the nodes: hooks where they may look and nowhere else, maps that
  grow with the traffic, the same programs everywhere, nothing of yesterday, and all of it within
  budget. One privileged pod a node asks bpftool, once for each configuration, and does not stay.

  @packet_drops @severity.critical
  Scenario: Each watched interface has a hook in either direction
    Given flows are collected with packet drops
    When the kernels of all nodes are read
    Then the interfaces of the node that agents watch have both hooks, others none
    And the interfaces of pods that agents watch have both hooks, others none
    And there are 2 hooks for each interface that has any

  @severity.critical
  Scenario: Agents without privileges leave the interfaces of pods alone
    Given agents without privileges are asked for packet drops
    And flows are filtered by a rule for the server
      | action | Accept |
    When the kernels of all nodes are read
    Then the interfaces of the node that agents watch have both hooks, others none
    But no interface of a pod has a hook
    And on every node packet drops hangs on nothing

  @severity.normal
  Scenario: A flow filter is held in maps of 16 rules
    Given flows are filtered by a rule for the server
      | action | Accept |
    When the kernels of all nodes are read
    Then on every node filter_map, peer_filter_map has room for 16 entries

  @severity.normal
  Scenario: The main map takes what the cache is set to
    Given flows are collected
    When the kernels of all nodes are read
    Then on every node aggregated_flows has room for an entry for each flow of the cache

  @severity.normal
  Scenario: No map takes its memory before it has entries
    Given flows are collected with every feature
    When the kernels of all nodes are read
    Then no map takes its memory in advance

  @severity.critical
  Scenario: Nothing of an earlier agent stays in the kernel
    Given flows are collected without any feature
    When the kernels of all nodes are read
    Then every program and map is of the running agent

  @needs.two_nodes @severity.normal
  Scenario: All nodes run the same object code
    Given flows are collected with every feature
    When the kernels of all nodes are read
    Then nodes of the same Linux run the same object code

  @severity.critical
  Scenario: Maps and programs of each node stay within budget
    Given flows are collected with every feature
    When the kernels of all nodes are read
    Then the maps of each node stay within the budget
    And the programs of each node stay within the budget

  @severity.critical
  Scenario: Reading the kernels leaves no privileged pod behind
    Given flows are collected
    When the kernels of all nodes are read
    Then no privileged pod of the run is left
