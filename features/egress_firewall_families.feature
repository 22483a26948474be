@epic.egress @needs.egress_firewall @needs.two_nodes @needs.dual_stack @extended @owner.network_security
Feature: Egress firewalls of both IP families
  On a cluster with IPv4 and IPv6 a firewall judges both, each address by the rules of its own family.
  The other family is the one that clients do not prefer: a rule that forgets it leaves a way out.

  Background:
    Given a client reaches the first and the second responder
    And a client reaches the first responder by its other IP family
    And a client reaches the second responder by its other IP family
    And flows are collected

  @severity.normal
  Scenario: A rule for one IP family denies that one
    Given an egress firewall that
      | denies | every address of the other IP family |
    When a client connects to the first responder by its other IP family
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    But the first responder is still reached

  @severity.critical
  Scenario: One firewall denies addresses of both IP families
    Given an egress firewall that
      | denies | the first responder                       |
      | denies | the other address of the second responder |
    When a client connects to the second responder by its other IP family
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    And no flow comes from the responder to the client
    And the first responder is no longer reached
    But the first responder is still reached by its other IP family

  @severity.normal
  Scenario: A rule that selects a node denies both its addresses
    Given an egress firewall that
      | denies | the node of the first responder |
    When a client connects to the first responder by its other IP family
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    And the first responder is no longer reached
    But the second responder is still reached by its other IP family

  @severity.critical
  Scenario: Traffic between pods is spared in both IP families
    Given an egress firewall that
      | denies | every address |
    When a client behind the firewall requests the web service by its other IP family
    Then the connection is made
    And some flow from the service to the client shows
      | TCP flags | with SYN_ACK |
    But the first responder is no longer reached by its other IP family
