@epic.egress @story.google_block_list @needs.egress_firewall @needs.two_nodes @needs.dual_stack @extended @owner.network_security
Feature: The Google block list in both IP families
  Google publishes addresses of both IP families, and clients that find one closed try the other. So on a
  cluster with both, the list has to deny and to spare by the other family what it does by the preferred one.

  Background:
    Given a client reaches the first responder by its other IP family
    And a client reaches the second responder by its other IP family
    And flows are collected

  @severity.critical
  Scenario: A service's other IP family is denied as well
    Given Google's lists say
      | the first responder  | a Google service |
      | the second responder | another site     |
    And the updater has run
    When a client connects to the first responder by its other IP family
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    And no flow comes from the responder to the client
    But the second responder is still reached by its other IP family

  @severity.critical
  Scenario: A customer's other IP family stays reachable
    Given Google's lists say
      | the first responder  | a Google service        |
      | the second responder | a Google Cloud customer |
    And the updater has run
    And the first responder is no longer reached by its other IP family
    When a client connects to the second responder by its other IP family
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
