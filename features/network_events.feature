@epic.netobserv @network_events @needs.ovn_observability @extended @needs.two_nodes @owner.network_security
Feature: Network events
  With NetworkEvents on, a flow says which rule of the network decided about its packets: the kind
  of rule, what it did, whose it is and in which direction. Events of the node's own access to its
  pods (NetpolNode) are on healthy traffic all the time and prove nothing.

  Background:
    Given flows are collected with network events

  @severity.critical @quick
  Scenario: A denial by isolation names the namespace alone
    Given a client reaches both ports of the guarded server
    And a network policy that allows TCP 8080 alone
    When a client on another node connects to TCP 9999 of the guarded server
    Then the connection times out
    And some flow from the client to the server has the network event
      | type      | NetpolNamespace        |
      | action    | drop                   |
      | name      | absent                 |
      | namespace | the server's namespace |
      | direction | ingress                |
    But TCP 8080 of the guarded server is still reached

  @severity.critical
  Scenario: An allowed connection names the policy that allows it
    Given a network policy that allows TCP 8080 alone
    And TCP 9999 of the guarded server is no longer reached
    When a client on another node connects to TCP 8080 of the guarded server
    Then the connection is made
    And some flow from the client to the server has the network event
      | type      | NetworkPolicy               |
      | action    | one of allow, allow-related |
      | name      | the policy's name           |
      | namespace | the server's namespace      |
      | direction | ingress                     |
    But no flow of the client has the network event
      | action | one of drop, reject |

  @severity.critical @needs.egress_firewall
  Scenario: A denial by an egress firewall names the namespace
    Given a client reaches the first and the second responder
    And an egress firewall that
      | denies | the first responder |
    When a client connects to the first responder
    Then the connection times out
    And some flow from the client to the responder has the network event
      | type      | EgressFirewall         |
      | action    | drop                   |
      | name      | absent                 |
      | namespace | the client's namespace |
      | direction | egress                 |
    But the second responder is still reached

  @severity.normal @needs.egress_firewall
  Scenario: A permission of an egress firewall is told too
    Given an egress firewall that
      | allows | the first responder |
      | denies | every address       |
    And the second responder is no longer reached
    When a client connects to the first responder
    Then the connection is made
    And some flow from the client to the responder has the network event
      | type      | EgressFirewall              |
      | action    | one of allow, allow-related |
      | namespace | the client's namespace      |
      | direction | egress                      |
    But no flow of the client has the network event
      | action | one of drop, reject |

  @severity.normal @needs.admin_network_policy @disruptive
  Scenario: A denial by an admin policy names that policy
    Given a client reaches both ports of the guarded server
    And an admin network policy that denies TCP 9999
    When a client on another node connects to TCP 9999 of the guarded server
    Then the connection times out
    And some flow from the client to the server has the network event
      | type      | AdminNetworkPolicy |
      | action    | drop               |
      | name      | the policy's name  |
      | direction | ingress            |
    But TCP 8080 of the guarded server is still reached
