@epic.egress @needs.egress_firewall @needs.two_nodes @extended @owner.network_security
Feature: Ports of egress firewall rules
  A rule with ports holds for each of them, with its protocol, and for nothing else of that address.
  What it denies is a question without an answer in the flows.

  Background:
    Given a client reaches the first and the second responder
    And flows are collected

  @severity.critical
  Scenario: A rule of several ports denies each of them
    Given a client reaches the first responder over UDP
    And an egress firewall that
      | denies | the first responder | TCP 38080, UDP 38081 |
    When a client connects to the first responder over UDP
    Then the connection times out
    And no flow comes from the responder to the client
    And the first responder is no longer reached
    But the second responder is still reached

  @severity.critical
  Scenario: An allowed port lets no other port by
    Given an egress firewall that
      | allows | the first responder  | TCP 9     |
      | allows | the second responder | TCP 38080 |
      | denies | every address        |           |
    When a client connects to the first responder
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    But the second responder is still reached

  @severity.critical
  Scenario: A rule for one protocol leaves the other ones alone
    Given an egress firewall that
      | denies | the first responder  | UDP 38080, SCTP 38080 |
      | denies | the second responder |                       |
    When a client connects to the first responder
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
    But the second responder is no longer reached

  @severity.normal @needs.sctp
  Scenario: A rule for SCTP denies SCTP alone
    Given a client reaches the first responder over SCTP
    And an egress firewall that
      | denies | the first responder | SCTP 38082 |
    When a client connects to the first responder over SCTP
    Then the connection times out
    And no flow comes from the responder to the client
    But the first responder is still reached
