@epic.egress @needs.egress_firewall @needs.two_nodes @extended @owner.network_security
Feature: Destinations of egress firewall rules
  A rule names addresses of one IP family, or nodes by their labels; it holds for those and for nothing else.
  What it denies is a question without an answer in the flows, and is reached again without it.

  Background:
    Given a client reaches the first and the second responder
    And flows are collected

  @severity.critical
  Scenario: A rule that selects a node denies its addresses
    Given an egress firewall that
      | denies | the node of the first responder |
    When a client connects to the first responder
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    But the second responder is still reached
    And the first responder is reached once the firewall is gone

  @severity.minor
  Scenario: A rule that selects no node denies nothing
    Given an egress firewall that
      | denies | nodes that do not exist |
      | denies | the second responder    |
    When a client connects to the first responder
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
    But the second responder is no longer reached

  @severity.normal
  Scenario: A network with host bits is denied as a whole
    Given an egress firewall that
      | allows | the second responder                   |
      | denies | the network around the first responder |
    When a client connects to the first responder
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    But the second responder is still reached
    And the first responder is reached once the firewall is gone

  @severity.normal
  Scenario: A rule for one IP family spares the other one
    Given an egress firewall that
      | denies | every address of the other IP family |
      | denies | the second responder                 |
    When a client connects to the first responder
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
    But the second responder is no longer reached
