@epic.egress @needs.egress_firewall @needs.two_nodes @core @owner.network_security
Feature: Egress firewall
  The egress firewall of a namespace decides which addresses off the pod network its pods may reach.
  Traffic that it denies ends in silence, and the flows show a connection that nobody answered.
  The responders are web servers on the addresses of two nodes: to a firewall those are outside.

  Background:
    Given a client reaches the first and the second responder
    And flows are collected

  @severity.blocker @quick
  Scenario: Traffic to a denied address ends in silence
    Given an egress firewall that
      | denies | the first responder |
    When a client connects to the first responder
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    And no flow comes from the responder to the client
    But the second responder is still reached

  @severity.critical
  Scenario: The first rule that fits decides for an allowed address
    Given an egress firewall that
      | allows | the first responder |
      | denies | every address       |
    When a client connects to the first responder
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
    But the second responder is no longer reached

  @severity.critical
  Scenario: The first rule that fits decides for a denied address
    Given an egress firewall that
      | denies | the first responder |
      | allows | every address       |
    When a client connects to the first responder
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    But the second responder is still reached

  @severity.critical
  Scenario: A rule for one port leaves the other ports alone
    Given an egress firewall that
      | denies | the first responder | TCP 9 |
    When a client connects to the first responder
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |

  @severity.critical
  Scenario: Traffic between pods is not the firewall's business
    Given an egress firewall that
      | denies | every address |
    When a client behind the firewall requests the web service
    Then the connection is made
    And some flow from the service to the client shows
      | TCP flags | with SYN_ACK |
    But the first responder is no longer reached

  @severity.critical
  Scenario: Removing the firewall opens the way again
    Given an egress firewall that
      | denies | the first responder |
    And the first responder is no longer reached
    And the egress firewall was removed
    When a client connects to the first responder
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |

  @severity.normal
  Scenario: Other namespaces are not touched by the firewall
    Given an egress firewall that
      | denies | every address |
    And the first responder is no longer reached
    When a client of another namespace connects to the first responder
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
