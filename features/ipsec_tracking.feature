@epic.netobserv @ipsec_tracking @needs.two_nodes @extended @owner.network_observability
Feature: IPsec tracking
  With IPSec on, the flow from one node to another says whether the kernel could encrypt it. What
  two pods say to each other travels inside of that flow when they are on two nodes, and never
  leaves the node when they are on one.

  Background:
    Given flows are collected with IPsec tracking

  @severity.critical
  Scenario: Traffic between two nodes is encrypted
    When a client on another node requests the web service
    Then the connection is made
    And some flow from node to node shows
      | protocol          | ESP     |
      | IPsec status      | success |
      | IPsec return code | 0       |

  @severity.critical
  Scenario: Answers between two nodes are encrypted as well
    When a client on another node has 64 kB echoed by the web service
    Then the connection is made
    And some flow back from node to node shows
      | IPsec status      | success        |
      | IPsec return code | 0              |
      | bytes             | at least 64 kB |

  @severity.normal
  Scenario: Traffic within a node is not encrypted
    When a client on the same node requests the web service
    Then the connection is made
    And there are flows of the client, and none has a field of IPsec tracking
